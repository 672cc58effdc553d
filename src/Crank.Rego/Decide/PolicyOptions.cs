using Crank.Rego.Builtins;
using Crank.Rego.Values;

namespace Crank.Rego.Decide;

/// <summary>How a policy set is compiled and what it may use.</summary>
public sealed record PolicyOptions
{
    /// <summary>The usual options.</summary>
    public static PolicyOptions Default { get; } = new();

    /// <summary>
    /// Whether a builtin that refuses its arguments ends the decision with an error. Default true: in a list of denials an expression
    /// that is merely undefined would let the request through.
    /// </summary>
    public bool StrictBuiltinErrors { get; init; } = true;

    /// <summary>Whether the compiler's strict checks apply: unused locals, arguments and imports, and more. Default false.</summary>
    public bool StrictChecks { get; init; }

    /// <summary>What policies may reach outside themselves. Default nothing.</summary>
    public BuiltinCapabilities Capabilities { get; init; } = BuiltinCapabilities.None;

    /// <summary>The clock behind <c>time.now_ns</c> and time limits.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Makes the source of chance of one evaluation state; it is used by one decision at a time.</summary>
    public Func<Random> Chance { get; init; } = static () => new Random();

    /// <summary>What <c>opa.runtime</c> answers.</summary>
    public Value Runtime { get; init; } = ObjectValue.Empty;

    /// <summary>How rules are run. Default <see cref="PolicyBackend.Adaptive"/>.</summary>
    public PolicyBackend Backend { get; init; }

    /// <summary>Whether plans count the conditions that are reached, for coverage and tracing. Slower.</summary>
    public bool Instrumented { get; init; }
}
