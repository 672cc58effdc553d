using Crank.Rego.Values;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Crank.Conformance.Rego;

/// <summary>YAML 1.2 core schema as Rego values. Numbers keep their literal.</summary>
internal static class YamlValues
{
    public static YamlNode Load(string file)
    {
        using var text = File.OpenText(file);
        var stream = new YamlStream();
        stream.Load(text);
        return stream.Documents[0].RootNode;
    }

    public static Value Read(YamlNode node)
    {
        switch (node)
        {
            case YamlSequenceNode sequence:
                return ArrayValue.Of([.. sequence.Children.Select(Read)]);
            case YamlMappingNode mapping:
                var members = new ObjectBuilder();
                foreach (var (key, value) in mapping.Children)
                {
                    members.Set(Text(key), Read(value));
                }

                return members.ToObject();
            default:
                return Scalar((YamlScalarNode)node);
        }
    }

    public static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";

    private static Value Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any) || scalar.Tag == "tag:yaml.org,2002:str")
        {
            return text;
        }

        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => Value.Null,
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            _ => BigNumber.TryParse(text.TrimStart('+'), out var number) ? number : text,
        };
    }
}
