using Crank.Rego.Run;
using Crank.Rego.Values;

namespace Crank.Rego.Plan.Import;

/// <summary>One decision by an imported plan.</summary>
internal sealed class PlanRun(Frame frame, int functions)
{
    private (bool Known, Value Value)[] _memo = new (bool, Value)[functions];

    public Frame Frame { get; } = frame;

    /// <summary>What the plan added to its result set.</summary>
    public SetValue Results { get; } = new(1);

    /// <summary>Runs a block as if nothing had been computed yet: inside a <c>with</c>, rules have other values.</summary>
    public int Afresh(PlanBlock block, Activation activation)
    {
        var outside = _memo;
        _memo = new (bool, Value)[outside.Length];
        try
        {
            return block.Run(activation);
        }
        finally
        {
            _memo = outside;
        }
    }

    /// <summary>The value of a function; that of a rule, which has no arguments of its own, is computed once.</summary>
    public Value Call(PlanFunction function, ReadOnlySpan<Value> arguments)
    {
        var isRule = arguments.Length == PlanFunction.Documents;
        if (isRule && _memo[function.Number] is (true, var known))
        {
            return known;
        }

        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        Frame.Tick();
        var activation = new Activation(this, function.Locals);
        for (var i = 0; i < arguments.Length; i++)
        {
            activation.Locals[function.Parameters[i]] = arguments[i];
        }

        function.Blocks.Run(activation);
        if (isRule)
        {
            _memo[function.Number] = (true, activation.Returned);
        }

        return activation.Returned;
    }
}
