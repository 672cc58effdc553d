using Crank.Rego.Builtins.Yaml;

namespace Crank.Rego.Builtins;

/// <summary>YAML, both ways.</summary>
internal static class YamlBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("yaml.marshal", 1, true, static (context, a) => YamlWriter.Write(context, a[0])),
        new("yaml.unmarshal", 1, true, static (context, a) => YamlReader.Read(context, Operand.Text(a, 0))),
        new("yaml.is_valid", 1, true, static (context, a) =>
        {
            if (!a[0].TryGetString(out var text))
            {
                return false;
            }

            try
            {
                YamlReader.Read(context, text);
                return true;
            }
            catch (BuiltinException)
            {
                return false;
            }
        }),
    ];
}
