using Crank.Rego.Values;

namespace Crank.Rego.Decide;

/// <summary>What a query gave.</summary>
/// <param name="Result">The value; undefined when no rule gave one, which a gate takes as a refusal.</param>
/// <param name="DataRevision">The revision of the snapshot that was used.</param>
/// <param name="Recorded">
/// The results of builtins that are not functions of their arguments (time, chance, network), by an array of name and arguments; null
/// when there were none. Given again to <see cref="PreparedQuery.Decide(in Value, DecisionLimits?, IReadOnlyDictionary{Value, Value}?, CancellationToken)"/> they make the decision repeat.
/// </param>
public sealed record Decision(Value Result, string DataRevision, IReadOnlyDictionary<Value, Value>? Recorded)
{
    /// <summary>Whether there is a result.</summary>
    public bool IsDefined => Result.IsDefined;

    /// <summary>The result as JSON; null when undefined.</summary>
    public string? ToJson() => Result.IsDefined ? JsonOut.Write(Result) : null;
}
