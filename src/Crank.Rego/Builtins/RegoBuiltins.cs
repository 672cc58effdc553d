using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Policies about themselves and about where they run.</summary>
internal static class RegoBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("opa.runtime", 0, false, static (context, _) => context.Runtime),
        new("trace", 1, true, static (_, a) => Operand.Text(a, 0).Length >= 0),

        // The compiler puts the annotations themselves in the place of these two calls; what it leaves has none.
        new("rego.metadata.chain", 0, true, static (_, _) => ArrayValue.Empty),
        new("rego.metadata.rule", 0, true, static (_, _) => ObjectValue.Empty),

        new("rego.parse_module", 2, true, static (context, a) => ParseModule(context, Operand.Text(a, 0), Operand.Text(a, 1))),
        new("internal.print", 1, true, static (_, _) => true),
        new("internal.test_case", 1, true, static (_, _) => true),
    ];

    private static Value ParseModule(BuiltinContext context, string name, string text)
    {
        // A tree has about one node for each word and sign.
        context.Charge(text.Length + 1);
        var parsed = Parser.ParseModule(name, text);
        return parsed is { Ok: true, Value: { } module }
            ? AstValue.Of(module)
            : throw new BuiltinException(parsed.Errors.Length == 1
                ? $"1 error occurred: {parsed.Errors[0]}"
                : $"{parsed.Errors.Length} errors occurred:\n{string.Join('\n', parsed.Errors)}");
    }
}
