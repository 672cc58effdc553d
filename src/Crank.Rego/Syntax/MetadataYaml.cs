using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Crank.Rego.Syntax;

/// <summary>
/// The part of YAML 1.2 that metadata blocks use: block and flow mappings and lists, plain, quoted, literal and folded scalars, comments.
/// Anchors, aliases, tags, complex keys and documents are refused by name.
/// </summary>
internal abstract partial class MetadataYaml
{
    /// <summary>Reads a block.</summary>
    /// <exception cref="MetadataYamlException">It is not YAML of this kind.</exception>
    public static MetadataYaml Parse(IReadOnlyList<string> lines) => new MetadataYamlParser(lines).Parse();

    public abstract JsonNode? ToJson();

    internal sealed class Map(List<(string Key, MetadataYaml Value)> pairs) : MetadataYaml
    {
        public IReadOnlyList<(string Key, MetadataYaml Value)> Pairs { get; } = pairs;

        public MetadataYaml? Get(string name)
        {
            foreach (var (key, value) in Pairs)
            {
                if (key == name)
                    return value;
            }
            return null;
        }

        public override JsonNode? ToJson()
        {
            var json = new JsonObject();
            foreach (var (key, value) in Pairs)
                json[key] = value.ToJson();
            return json;
        }
    }

    internal sealed class Seq(List<MetadataYaml> items) : MetadataYaml
    {
        public IReadOnlyList<MetadataYaml> Items { get; } = items;

        public override JsonNode? ToJson() => new JsonArray([.. Items.Select(item => item.ToJson())]);
    }

    internal sealed partial class Scalar(string text, bool quoted) : MetadataYaml
    {
        public string Text { get; } = text;

        /// <summary>Quoted, literal or folded: surely a string.</summary>
        public bool Quoted { get; } = quoted;

        public bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";

        public bool IsText => Quoted || (ToJson() is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.String);

        public override JsonNode? ToJson()
        {
            if (Quoted)
                return Text;
            if (IsNull)
                return null;
            if (Text is "true" or "True" or "TRUE")
                return true;
            if (Text is "false" or "False" or "FALSE")
                return false;
            if (Integer().IsMatch(Text))
                return JsonNode.Parse(Text.TrimStart('+'));
            if (Hex().IsMatch(Text) && long.TryParse(Text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
                return hex;
            if (Float().IsMatch(Text) && double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                return number;
            return Text;
        }

        [GeneratedRegex("^[-+]?(?:0|[1-9][0-9]*)$", RegexOptions.NonBacktracking)]
        private static partial Regex Integer();

        [GeneratedRegex("^0x[0-9a-fA-F]+$", RegexOptions.NonBacktracking)]
        private static partial Regex Hex();

        [GeneratedRegex(@"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", RegexOptions.NonBacktracking)]
        private static partial Regex Float();
    }
}
