using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Crank.Cli.Config;

/// <summary>Reads <c>crank.yaml</c>: YAML 1.2 with the core schema, one document, no anchors, aliases or tags of one's own.</summary>
internal static class ConfigurationFile
{
    /// <summary>The name that is looked for in the data folder.</summary>
    public const string Name = "crank.yaml";

    private const int MaxBytes = 1024 * 1024;
    private const int MaxDepth = 16;
    private static readonly System.Buffers.SearchValues<char> s_number = System.Buffers.SearchValues.Create("+-.0123456789eE");

    /// <summary>Reads a file.</summary>
    /// <returns>The members, and the line of each by its JSON Pointer.</returns>
    /// <exception cref="CliException">It cannot be read, is too large, or is not YAML of this kind.</exception>
    public static (JsonObject Values, IReadOnlyDictionary<string, int> Lines) Read(string path)
    {
        string text;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes } large)
            {
                throw new CliException(ExitCode.Usage, $"{path} has {large.Length:N0} bytes; a configuration has at most {MaxBytes:N0}.");
            }

            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new CliException(ExitCode.Usage, $"The configuration {path} cannot be read: {e.Message}", "Check the name and who owns it; it is UTF-8 text.");
        }

        return Parse(path, text);
    }

    /// <summary>Reads the text of a file.</summary>
    public static (JsonObject Values, IReadOnlyDictionary<string, int> Lines) Parse(string path, string text)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            var parser = new Parser(new StringReader(text.TrimStart('\ufeff')));
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
            {
                return ([], lines);
            }

            parser.Consume<DocumentStart>();
            var root = Node(parser, "", 0, lines, path);
            parser.Consume<DocumentEnd>();
            if (!parser.TryConsume<StreamEnd>(out _))
            {
                throw Wrong(path, parser.Current?.Start.Line ?? 0, "a configuration is one document; a second one starts here");
            }

            return root switch
            {
                null => ([], lines),
                JsonObject values => (values, lines),
                _ => throw Wrong(path, 1, "a configuration is a mapping of sections such as 'mesh:' and 'listen:'"),
            };
        }
        catch (YamlException e)
        {
            throw Wrong(path, e.Start.Line, e.Message);
        }
    }

    private static JsonNode? Node(IParser parser, string pointer, int depth, Dictionary<string, int> lines, string path)
    {
        if (parser.Current is NodeEvent node && (!node.Anchor.IsEmpty || (!node.Tag.IsEmpty && node.Tag != "!")))
        {
            throw Wrong(path, node.Start.Line, "anchors and tags are not supported; write the value out");
        }

        if (depth > MaxDepth)
        {
            throw Wrong(path, parser.Current?.Start.Line ?? 0, $"more than {MaxDepth} levels");
        }

        lines[pointer] = (int)(parser.Current?.Start.Line ?? 0);
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return Value(scalar);
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Node(parser, $"{pointer}/{items.Count}", depth + 1, lines, path));
            }

            return items;
        }

        if (!parser.TryConsume<MappingStart>(out _))
        {
            throw Wrong(path, parser.Current?.Start.Line ?? 0, "aliases are not supported; write the value out");
        }

        var members = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var line = parser.Current?.Start.Line ?? 0;
            if (!parser.TryConsume<Scalar>(out var name))
            {
                throw Wrong(path, line, "a name is expected here");
            }

            if (members.ContainsKey(name.Value))
            {
                throw Wrong(path, line, $"'{name.Value}' stands twice");
            }

            var member = $"{pointer}/{name.Value.Replace("~", "~0").Replace("/", "~1")}";
            members[name.Value] = Node(parser, member, depth + 1, lines, path);
            lines[member] = (int)line;
        }

        return members;
    }

    /// <summary>The value of a scalar by the core schema (YAML 1.2.2, section 10.3).</summary>
    private static JsonNode? Value(Scalar scalar)
    {
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any))
        {
            return JsonValue.Create(scalar.Value);
        }

        return scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            var text when text.AsSpan().IndexOfAnyExcept(s_number) < 0 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number) => JsonNode.Parse(number.ToString("R", CultureInfo.InvariantCulture)),
            var text => JsonValue.Create(text),
        };
    }

    private static CliException Wrong(string path, long line, string what) => new(ExitCode.Usage, $"{path}:{line}: {what}.", "See 'crank config schema' for what may stand there.");
}
