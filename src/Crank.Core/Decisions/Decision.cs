using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>One answer of the policy, kept whole.</summary>
/// <param name="Id">Names the decision.</param>
/// <param name="Allowed">True to allow.</param>
/// <param name="Rule">The rule that decided, e.g. <c>owner</c>.</param>
/// <param name="Bundle">The revision of the policy that was asked.</param>
/// <param name="Why">The reason, for people.</param>
/// <param name="Constraints">What it adds to the terms.</param>
public sealed record Decision(DecisionId Id, bool Allowed, string Rule, string Bundle, string Why, Constraints Constraints)
{
    /// <summary>What must be done with the job and is, each as its kind and its figure, e.g. <c>retain 90d</c>; null for nothing.</summary>
    public ImmutableArray<string>? Obligations { get; init; }

    /// <summary>SHA-256 of the policy that was asked, as its loader computes it; null when the policy has no such digest.</summary>
    public Digest? Policy { get; init; }

    /// <summary>Salted digest of the input and of all else that the decision was made of; null when that is not kept.</summary>
    public Digest? Input { get; init; }

    /// <summary>Every rule that refuses, where there are several; empty when it is <see cref="Rule"/> alone, or when it allows. It is for whoever looks for exceptions, and is not kept.</summary>
    [JsonIgnore]
    public ImmutableArray<string> Denied { get; init; } = [];
}
