using Crank.Core;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize;

/// <summary>One question that was answered: what a decision log writes down.</summary>
/// <param name="Topic">What was asked about.</param>
/// <param name="Input">The whole input.</param>
/// <param name="Answer">What came of it.</param>
/// <param name="Set">The set that was asked.</param>
/// <param name="Decision">Names the decision; null where nobody gave it a name.</param>
/// <param name="Took">How long it took.</param>
public readonly record struct PolicyAsked(PolicyTopic Topic, Value Input, GateAnswer Answer, PolicyInForce Set, DecisionId? Decision, TimeSpan Took)
{
    /// <summary>What was asked, e.g. <c>app/allow</c>, for <see cref="PolicyTopic.Question"/>; null for the rule of the topic.</summary>
    public string? Path { get; init; }

    /// <summary>Who asked; null for whom the input names.</summary>
    public string? RequestedBy { get; init; }
}
