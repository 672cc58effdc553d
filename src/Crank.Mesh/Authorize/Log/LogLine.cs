using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize.Log;

/// <summary>Makes events of decisions.</summary>
internal static class LogLine
{
    /// <summary>The member of <c>custom</c> that holds what is Crank's own.</summary>
    public const string Own = "crank";

    /// <summary>The name of the one bundle.</summary>
    private const string Bundle = "crank";

    /// <summary>The event of one decision, whole: nothing is taken out yet.</summary>
    public static DecisionEvent Of(WaitingDecision waiting, IReadOnlyDictionary<string, string> labels)
    {
        var (asked, answer) = (waiting.Asked, waiting.Asked.Answer);
        return new()
        {
            DecisionId = asked.Decision?.ToString() ?? $"{waiting.Number}",
            Timestamp = waiting.At,
            Path = asked.Path ?? asked.Topic.Query()["data.".Length..].Replace('.', '/'),
            Labels = labels,
            Bundles = new Dictionary<string, string>(1) { [Bundle] = answer.Revision },
            TraceId = waiting.Trace == default ? null : waiting.Trace.TraceId.ToHexString(),
            SpanId = waiting.Trace == default ? null : waiting.Trace.SpanId.ToHexString(),
            Input = asked.Input,
            Result = answer.Result,
            NdBuiltinCache = RecordedBuiltins.ToCache(answer.Recorded),
            Error = answer.Error,
            Metrics = new Dictionary<string, long>(1) { ["timer_rego_query_eval_ns"] = checked(asked.Took.Ticks * 100) },
        };
    }

    /// <summary>The event with what is Crank's own: its number, how many were left out right before it, what the gate made of the answer, and whether its input is kept.</summary>
    public static DecisionEvent Numbered(DecisionEvent line, WaitingDecision waiting, string run, long dropped, bool isSealed)
    {
        var answer = waiting.Asked.Answer;
        var own = new ObjectBuilder(8);
        own.Set("run", run);
        own.Set("number", waiting.Number);
        own.Set("dropped", dropped);
        own.Set("topic", waiting.Asked.Topic.Name());
        own.Set("allowed", answer.Allowed);
        own.Set("rule", answer.Rule);
        own.Set("policy", answer.Digest.ToString());
        own.Set("sealed", isSealed);
        if (waiting.Shadow)
        {
            own.Set("shadow", true);
        }

        var custom = new ObjectBuilder(1);
        custom.Set(Own, own.ToObject());
        return line with { RequestedBy = waiting.Asked.RequestedBy ?? Requester(line.Input), Custom = custom.ToObject() };
    }

    // Of what is left of the input, so that whoever is masked there is not named here.
    private static string? Requester(in Value input) =>
        input.Get("principal").Get("id").TryGetString(out var principal)
            ? input.Get("tenant").Get("id").TryGetString(out var tenant) ? $"{tenant}/{principal}" : principal
            : null;
}
