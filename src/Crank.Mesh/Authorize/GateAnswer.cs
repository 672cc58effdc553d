using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Authorize.Log;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize;

/// <summary>What a policy answered to one question, read and checked. A policy that says nothing, errs, takes too long or asks for what cannot be done denies.</summary>
/// <param name="Allowed">True to allow.</param>
/// <param name="Rule">The rule that decided: the answer's <c>rule</c>, else the first reason's code, else what went wrong, see <see cref="GateRules"/>.</param>
/// <param name="Reasons">Why, in the order of their codes.</param>
/// <param name="Obligations">What must be done with it and is; empty when denied.</param>
/// <param name="Constraints">What is added; nothing when denied.</param>
public sealed record GateAnswer(bool Allowed, string Rule, ImmutableArray<GateReason> Reasons, ImmutableArray<Obligation> Obligations, Constraints Constraints)
{
    private const int MaxWhy = 2_000;

    /// <summary>The revision of the set that was asked.</summary>
    public string Revision { get; internal set; } = "";

    /// <summary>SHA-256 of the set that was asked.</summary>
    public Digest Digest { get; internal set; }

    /// <summary>What the policy said, as it said it; undefined when it said nothing.</summary>
    public Value Result { get; internal set; }

    /// <summary>The results of builtins that are not functions of their arguments, so that the decision can be repeated; null when there were none.</summary>
    public IReadOnlyDictionary<Value, Value>? Recorded { get; internal set; }

    /// <summary>What the decision was made of, to be sealed; null when nobody keeps it.</summary>
    public DecisionCommitment? Commitment { get; init; }

    /// <summary>What the policy did wrong, whole, for its author; null when it answered as it should.</summary>
    public string? Error { get; init; }

    /// <summary>The rules that refuse: the codes of the reasons, or the rule that decided when they have none of their own.</summary>
    public ImmutableArray<string> Denied => Reasons.Any(r => r.Code == Rule) ? [.. Reasons.Select(r => r.Code)] : [Rule];

    /// <summary>All reasons in one text for people, cut to 2,000 characters.</summary>
    public string Why
    {
        get
        {
            var text = Reasons.Length switch
            {
                0 => Allowed ? "The policy allows it." : "The policy does not allow it, and gives no reason.",
                1 => Reasons[0].Text,
                _ => string.Join("; ", Reasons.Select(r => r.Code == r.Text ? r.Text : $"{r.Text} ({r.Code})")),
            };
            return text.Length <= MaxWhy ? text : string.Concat(text.AsSpan(0, MaxWhy - 1), "…");
        }
    }

    /// <summary>This answer, as that of a set; for whoever just made it.</summary>
    internal GateAnswer By(PolicyInForce set, in Value result = default, IReadOnlyDictionary<Value, Value>? recorded = null)
    {
        (Revision, Digest, Result, Recorded) = (set.Revision, set.Digest, result, recorded);
        return this;
    }

    /// <summary>What a set answered to a question that no gate asked, for whoever writes it down.</summary>
    /// <param name="set">The set that was asked.</param>
    /// <param name="allowed">Whether the answer is a yes.</param>
    /// <param name="rule">What to call the question.</param>
    /// <param name="result">What it said; undefined for nothing.</param>
    /// <param name="recorded">The results of builtins that are not functions of their arguments; null for none.</param>
    /// <param name="error">What it did wrong; null for nothing.</param>
    public static GateAnswer Of(PolicyInForce set, bool allowed, string rule, in Value result, IReadOnlyDictionary<Value, Value>? recorded, string? error)
    {
        ArgumentNullException.ThrowIfNull(set);
        return new GateAnswer(allowed, rule, [], [], Constraints.None) { Error = error }.By(set, result, recorded);
    }

    /// <summary>A no of the gate itself.</summary>
    /// <param name="rule">One of <see cref="GateRules"/>.</param>
    /// <param name="text">The reason, for whoever asked.</param>
    /// <param name="error">What the policy did wrong, for its author; null for the reason itself.</param>
    public static GateAnswer No(string rule, string text, string? error = null) => new(false, rule, [new(rule, text)], [], Constraints.None) { Error = error ?? text };
}
