using System.Text.Json.Nodes;

namespace Crank.Rego.Syntax;

/// <summary>
/// Reads the YAML of a metadata block. Members that OPA does not know are ignored, as OPA ignores them.
/// See https://www.openpolicyagent.org/docs/policy-language#metadata (OPA 1.19).
/// </summary>
internal static class MetadataReader
{
    public static RawMetadata Read(Location at, IReadOnlyList<Comment> lines)
    {
        var text = lines.Select(line => line.Text.StartsWith(' ') ? line.Text[1..] : line.Text).ToArray();
        if (text.All(string.IsNullOrWhiteSpace))
            throw new MetadataException(at, "expected METADATA block, found whitespace");
        MetadataYaml yaml;
        try
        {
            yaml = MetadataYaml.Parse(text);
        }
        catch (MetadataYamlException problem)
        {
            var line = Math.Min(problem.Line, lines.Count - 1);
            throw new MetadataException(lines[line].At, $"yaml: line {problem.Line + 1}: {problem.Message}");
        }
        if (yaml is not MetadataYaml.Map map)
            throw new MetadataException(lines[0].At, "yaml: a metadata block must be a mapping of names to values");

        var rest = new Annotation(at)
        {
            Title = Text(at, map, "title"),
            Description = Text(at, map, "description"),
            Entrypoint = Flag(at, map, "entrypoint"),
            Organizations = [.. Items(at, map, "organizations").Select(item => item is MetadataYaml.Scalar s ? s.Text : throw Wrong(at, "organizations", "a list of strings"))],
            Authors = [.. Items(at, map, "authors").Select(item => Author(at, item))],
            RelatedResources = [.. Items(at, map, "related_resources").Select(item => Resource(at, item))],
            Schemas = [.. Items(at, map, "schemas").Select(item => Schema(at, item))],
            Custom = map.Get("custom") switch
            {
                null or MetadataYaml.Scalar { IsNull: true } => [],
                MetadataYaml.Map custom => (JsonObject)custom.ToJson()!,
                _ => throw Wrong(at, "custom", "a mapping"),
            },
            Target = Terms.Ref(Location.None, "data"),
            TargetAt = at,
            LastRow = lines[^1].At.Row,
        };
        return new RawMetadata(at, Text(at, map, "scope"), rest.Entrypoint, rest);
    }

    private static MetadataException Wrong(Location at, string name, string wanted) => new(at, $"invalid metadata: {name} must be {wanted}");

    private static string Text(Location at, MetadataYaml.Map map, string name) => map.Get(name) switch
    {
        null => "",
        MetadataYaml.Scalar { IsNull: true } => "",
        MetadataYaml.Scalar scalar => scalar.Text,
        _ => throw Wrong(at, name, "a string"),
    };

    private static bool Flag(Location at, MetadataYaml.Map map, string name) => map.Get(name) switch
    {
        null or MetadataYaml.Scalar { IsNull: true } => false,
        MetadataYaml.Scalar { Quoted: false, Text: "true" or "True" or "TRUE" } => true,
        MetadataYaml.Scalar { Quoted: false, Text: "false" or "False" or "FALSE" } => false,
        _ => throw Wrong(at, name, "true or false"),
    };

    private static IReadOnlyList<MetadataYaml> Items(Location at, MetadataYaml.Map map, string name) => map.Get(name) switch
    {
        null or MetadataYaml.Scalar { IsNull: true } => [],
        MetadataYaml.Seq seq => seq.Items,
        _ => throw Wrong(at, name, "a list"),
    };

    private static string Member(MetadataYaml.Map map, string name) => map.Get(name) is MetadataYaml.Scalar { IsText: true } scalar ? scalar.Text.Trim() : "";

    private static AnnotationAuthor Author(Location at, MetadataYaml item)
    {
        switch (item)
        {
            case MetadataYaml.Scalar { IsText: true } scalar:
                var words = scalar.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (words.Length == 0)
                    throw new MetadataException(at, "invalid author definition: author is an empty string");
                return words[^1] is ['<', .., '>'] mail
                    ? new AnnotationAuthor(string.Join(' ', words[..^1]), mail[1..^1])
                    : new AnnotationAuthor(string.Join(' ', words), "");
            case MetadataYaml.Map map:
                var author = new AnnotationAuthor(Member(map, "name"), Member(map, "email"));
                return author.Name.Length > 0 || author.Email.Length > 0
                    ? author
                    : throw new MetadataException(at, "invalid author definition: 'name' and/or 'email' values required in object");
            default:
                throw new MetadataException(at, "invalid author definition: invalid value type, must be string or map");
        }
    }

    private static AnnotationResource Resource(Location at, MetadataYaml item)
    {
        var (url, description) = item switch
        {
            MetadataYaml.Scalar { IsText: true } scalar => (scalar.Text, ""),
            MetadataYaml.Map map => (Member(map, "ref"), Member(map, "description")),
            _ => throw new MetadataException(at, "invalid related-resource definition: invalid value type, must be string or map"),
        };
        if (url.Length == 0)
            throw new MetadataException(at, "invalid related-resource definition: " + (item is MetadataYaml.Map ? "'ref' value required in object" : "ref URL may not be empty string"));
        return Uri.IsWellFormedUriString(Uri.EscapeDataString(url), UriKind.RelativeOrAbsolute) && !url.Any(char.IsControl)
            ? new AnnotationResource(url, description)
            : throw new MetadataException(at, $"invalid related-resource definition {url}: not a URL");
    }

    private static AnnotationSchema Schema(Location at, MetadataYaml item)
    {
        if (item is not MetadataYaml.Map { Pairs: [var (name, value), ..] })
            throw new MetadataException(at, "invalid document reference");
        if (Path(name) is not { } path)
            throw new MetadataException(at, "invalid document reference");
        return value switch
        {
            MetadataYaml.Scalar { IsText: true } scalar => new AnnotationSchema(path, SchemaPath(at, scalar.Text), null),
            MetadataYaml.Map map => new AnnotationSchema(path, null, map.ToJson()),
            _ => throw new MetadataException(at, $"invalid schema declaration for path \"{name}\""),
        };
    }

    private static Term.Ref? Path(string text) => Parser.ParseTerm(text).Value as Term.Ref;

    private static Term.Ref SchemaPath(Location at, string text) => Parser.ParseTerm(text).Value switch
    {
        Term.Var { Name: "schema" } v => new Term.Ref(v.At, [v]),
        Term.Ref { Head: Term.Var { Name: "schema" } } r => r,
        _ => throw new MetadataException(at, "invalid schema reference"),
    };
}
