using Crank.Core;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>Reads what another OPA says as a decision of the gate.</summary>
internal static class OpaJudge
{
    /// <summary>The decision that a reply amounts to. No answer denies.</summary>
    public static Decision Judge(PolicyQuestion question, Value input, OpaReply reply)
    {
        var bundle = reply.Revision.Length > 0 ? $"opa/{reply.Revision}" : "opa";
        if (reply.Fault is { } fault)
        {
            return new(question.Id, false, fault, bundle, $"The other OPA that decides gave no answer. {reply.Why}", Constraints.None);
        }

        var answer = AnswerReader.Read(PolicyTopic.Job, reply.Result, input);
        return new(question.Id, answer.Allowed, answer.Rule, bundle, answer.Why, answer.Constraints)
        {
            Obligations = answer.Obligations.IsEmpty ? null : [.. answer.Obligations.Select(o => o.ToString())],
        };
    }

    /// <summary>Compares two decisions over the same question by what they would do; what they say about it may differ.</summary>
    public static OpaOutcome Compare(Decision own, Decision other) =>
        own.Allowed != other.Allowed ? OpaOutcome.OtherDecision
        : own.Allowed && !(Same(own.Constraints, other.Constraints) && Same(own.Obligations ?? [], other.Obligations ?? [])) ? OpaOutcome.OtherConstraints
        : OpaOutcome.Agreed;

    private static bool Same(Constraints own, Constraints other) =>
        own.MinIsolation == other.MinIsolation && own.PriceCeiling == other.PriceCeiling && own.Deadline == other.Deadline
        && Same(own.Zones.IsDefault ? [] : own.Zones, other.Zones.IsDefault ? [] : other.Zones) && own.Nodes.HasValue == other.Nodes.HasValue && Same(own.Nodes ?? [], other.Nodes ?? [])
        && Same(own.Redact?.Input ?? [], other.Redact?.Input ?? []) && Same(own.Redact?.Output ?? [], other.Redact?.Output ?? []);

    private static bool Same<T>(IEnumerable<T> own, IEnumerable<T> other) => own.ToHashSet().SetEquals(other);
}
