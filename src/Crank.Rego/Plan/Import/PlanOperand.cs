using Crank.Rego.Values;

namespace Crank.Rego.Plan.Import;

/// <summary>What a statement works on: a local, or a constant.</summary>
internal readonly struct PlanOperand(int local, Value constant)
{
    public Value Of(Activation activation) => local >= 0 ? activation.Locals[local] : constant;
}
