using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Turns <c>==</c> into <c>=</c> once every variable is known to have a value, so that evaluation has one comparison.</summary>
internal sealed class DoubleEquals : Mapper
{
    public static void Rewrite(Unit unit)
    {
        var mapper = new DoubleEquals();
        unit.Map(rule => rule with { Body = mapper.Map(rule.Body) });
    }

    protected override ExprForm Map(ExprForm form) => form is ExprForm.Call { Name: "equal", Arguments.Length: 2 } call
        ? new ExprForm.Call(new Term.Ref(call.Function.At, [new Term.Var(call.Function.At, "eq")]), Map(call.Arguments))
        : base.Map(form);
}
