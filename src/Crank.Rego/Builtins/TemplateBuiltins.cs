using Crank.Rego.Builtins.Templates;

namespace Crank.Rego.Builtins;

/// <summary>Go's text templates.</summary>
internal static class TemplateBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("strings.render_template", 2, true, static (context, a) => TemplateRenderer.Render(context, Operand.Text(a, 0), Operand.Object(a, 1))),
    ];
}
