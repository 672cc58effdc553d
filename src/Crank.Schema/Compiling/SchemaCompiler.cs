using System.Collections.Frozen;
using System.Text.Json;
using Crank.Schema.Evaluating;

namespace Crank.Schema.Compiling;

/// <summary>Turns schema documents into nodes, one place at a time from a list of those waiting, so that no nesting can exhaust the stack.</summary>
internal sealed class SchemaCompiler
{
    private readonly SchemaOptions _options;
    private readonly SchemaLibrary _library;
    private readonly Dictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);
    private readonly Queue<(SchemaPlace Place, SchemaNode Node)> _waiting = new();

    private SchemaCompiler(SchemaOptions options)
    {
        _options = options;
        _library = new(options);
    }

    public static SchemaNode Compile(JsonElement root, SchemaOptions options)
    {
        var compiler = new SchemaCompiler(options);
        var node = compiler.Node(compiler._library.Add("", Address.Default, root));
        while (compiler._waiting.TryDequeue(out var next))
        {
            compiler.Fill(next.Place, next.Node);
        }

        EndlessReference.Refuse(compiler._nodes.Values);
        return node;
    }

    private SchemaNode Node(SchemaPlace place)
    {
        if (!_nodes.TryGetValue(place.Location, out var node))
        {
            node = new(place.Location);
            _nodes.Add(place.Location, node);
            _waiting.Enqueue((place, node));
        }

        return node;
    }

    private void Fill(SchemaPlace place, SchemaNode node)
    {
        // The library knows the base that an $id at this place sets.
        place = _library.At(place);
        switch (place.Element.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                node.Always = place.Element.ValueKind == JsonValueKind.True;
                return;
            case not JsonValueKind.Object:
                throw place.Wrong("", $"a schema is an object, true or false, but here stands {Found.Describe(place.Element)}");
        }

        var reader = new KeywordReader(place, _options, Node);
        foreach (var keyword in reader.Keywords.Keys)
        {
            RefuseUnknown(place, keyword);
        }

        Annotations(reader, place);
        node.Types = reader.Types();
        node.Const = reader.Any("const");
        node.Enum = Choices(reader);
        node.Ref = reader.Text("$ref") is { } reference ? Node(_library.Find(place, reference)) : null;
        node.AllOf = reader.Schemas("allOf");
        node.AnyOf = reader.Schemas("anyOf");
        node.OneOf = reader.Schemas("oneOf");
        node.Not = reader.Schema("not");
        node.If = reader.Schema("if");
        var (then, otherwise) = (reader.Schema("then"), reader.Schema("else"));
        (node.Then, node.Else) = node.If is null ? (null, null) : (then, otherwise);
        node.Numbers = Numbers(reader);
        node.Texts = Texts(reader);
        node.Arrays = Arrays(reader);
        node.Objects = Objects(reader);
    }

    private void RefuseUnknown(SchemaPlace place, string keyword)
    {
        if (SchemaKeywords.Supported.Contains(keyword))
        {
            return;
        }

        if (SchemaKeywords.Unsupported.Contains(keyword))
        {
            throw place.Wrong(keyword, "this keyword is not supported; docs/schema-keywords.md lists those that are");
        }

        if (!_options.AllowUnknownKeywords)
        {
            var nearest = NearestName.Find(keyword, SchemaKeywords.Supported);
            throw place.Wrong(keyword, $"'{keyword}' is not a keyword of JSON Schema 2020-12{(nearest is null ? "" : $"; did you mean '{nearest}'?")}");
        }
    }

    private void Annotations(KeywordReader reader, SchemaPlace place)
    {
        if (reader.Text("$schema") is { } dialect)
        {
            Dialect(place, dialect);
        }

        foreach (var keyword in new[] { "$id", "$comment", "title", "description", "format", "contentEncoding", "contentMediaType" })
        {
            reader.Text(keyword);
        }

        if (reader.Text("$anchor") is { } anchor && (anchor.Length == 0 || !(char.IsAsciiLetter(anchor[0]) || anchor[0] == '_') || !anchor.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
        {
            throw reader.Wrong("$anchor", $"'{anchor}' is not a letter or '_' followed by letters, digits, '-', '_' and '.'");
        }

        foreach (var keyword in new[] { "deprecated", "readOnly", "writeOnly" })
        {
            reader.Flag(keyword);
        }

        if (reader.Any("examples") is { ValueKind: not JsonValueKind.Array })
        {
            throw reader.Wrong("examples", "must be an array");
        }

        reader.Schema("contentSchema");
        reader.SchemaMap("$defs");
    }

    private void Dialect(SchemaPlace place, string dialect)
    {
        if (dialect.TrimEnd('#') == SchemaKeywords.Dialect)
        {
            return;
        }

        throw _library.TryGetDocument(dialect.TrimEnd('#'), out var meta) && meta.ValueKind == JsonValueKind.Object && meta.TryGetProperty("$vocabulary", out _)
            ? place.Wrong("$vocabulary", $"'{dialect}' is a dialect of its own, and those are not supported; use {SchemaKeywords.Dialect}")
            : place.Wrong("$schema", $"'{dialect}' is not supported; use {SchemaKeywords.Dialect}");
    }

    private static JsonElement[]? Choices(KeywordReader reader) => reader.Any("enum") switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
        _ => throw reader.Wrong("enum", "must be an array of the values allowed"),
    };

    private static NumberRules? Numbers(KeywordReader reader)
    {
        var rules = new NumberRules(
            reader.Number("minimum"), reader.Number("maximum"), reader.Number("exclusiveMinimum"), reader.Number("exclusiveMaximum"), reader.Number("multipleOf"));
        if (rules.MultipleOf is { IsPositive: false })
        {
            throw reader.Wrong("multipleOf", "must be more than 0");
        }

        return rules == new NumberRules(null, null, null, null, null) ? null : rules;
    }

    private static TextRules? Texts(KeywordReader reader)
    {
        var rules = new TextRules(reader.Count("minLength", 0), reader.Count("maxLength", long.MaxValue), reader.Pattern("pattern"));
        return rules == new TextRules(0, long.MaxValue, null) ? null : rules;
    }

    private static ArrayRules? Arrays(KeywordReader reader)
    {
        if (reader.Any("items") is { ValueKind: JsonValueKind.Array })
        {
            throw reader.Wrong("items", "must be one schema; an array of them is 'prefixItems' in 2020-12");
        }

        var rules = new ArrayRules(
            reader.Schemas("prefixItems") ?? [],
            reader.Schema("items"),
            reader.Schema("contains"),
            reader.Count("minContains", 1),
            reader.Count("maxContains", long.MaxValue),
            reader.Has("minContains"),
            reader.Count("minItems", 0),
            reader.Count("maxItems", long.MaxValue),
            reader.Flag("uniqueItems"));
        var says = new[] { "prefixItems", "items", "contains", "minItems", "maxItems", "uniqueItems" }.Any(reader.Has);
        return says ? rules : null;
    }

    private static ObjectRules? Objects(KeywordReader reader)
    {
        var properties = reader.SchemaMap("properties");
        var required = reader.Names("required");
        var needs = reader.NameMap("dependentRequired");
        var dependents = reader.SchemaMap("dependentSchemas");
        var patterns = reader.PatternMap("patternProperties");
        var additional = reader.Schema("additionalProperties");
        var names = reader.Schema("propertyNames");
        var (least, most) = (reader.Count("minProperties", 0), reader.Count("maxProperties", long.MaxValue));

        var bits = required.Concat(needs.SelectMany(n => n.Names.Prepend(n.Name))).Concat(dependents.Select(d => d.Name))
            .Distinct(StringComparer.Ordinal).Select((name, bit) => (name, bit)).ToDictionary(b => b.name, b => b.bit, StringComparer.Ordinal);
        var schemas = properties.ToDictionary(p => p.Name, p => p.Schema, StringComparer.Ordinal);
        var members = schemas.Keys.Union(bits.Keys, StringComparer.Ordinal)
            .ToFrozenDictionary(name => name, name => new MemberRule(schemas.GetValueOrDefault(name), bits.GetValueOrDefault(name, -1)), StringComparer.Ordinal);
        if (members.Count == 0 && patterns.Count == 0 && additional is null && names is null && least == 0 && most == long.MaxValue)
        {
            return null;
        }

        return new(
            members,
            [.. properties.Select(p => p.Name)],
            bits.Count,
            [.. required.Select(name => (name, bits[name]))],
            [
                .. needs.Select(n => new Dependent(n.Name, bits[n.Name], [.. n.Names.Select(name => (name, bits[name]))], null)),
                .. dependents.Select(d => new Dependent(d.Name, bits[d.Name], [], d.Schema)),
            ],
            patterns,
            additional,
            names,
            least,
            most);
    }
}
