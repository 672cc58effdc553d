using Crank.Rego.Decide;
using Crank.Rego.Values;
using Decision = Crank.Core.Decision;

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
        if (waiting.Overruled is { } overruled)
        {
            return Of(waiting, overruled, labels);
        }

        var asked = waiting.Asked!.Value;
        var answer = asked.Answer;
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

    private static DecisionEvent Of(WaitingDecision waiting, Decision overruled, IReadOnlyDictionary<string, string> labels)
    {
        var result = new ObjectBuilder(3);
        result.Set("allow", overruled.Allowed);
        result.Set("rule", overruled.Rule);
        result.Set("reasons", ArrayValue.Of(overruled.Why));
        return new()
        {
            DecisionId = overruled.Id.ToString(),
            Timestamp = waiting.At,
            Path = DecisionLog.OverruledPath,
            Labels = labels,
            Bundles = new Dictionary<string, string>(1) { [Bundle] = overruled.Bundle },
            TraceId = waiting.Trace == default ? null : waiting.Trace.TraceId.ToHexString(),
            SpanId = waiting.Trace == default ? null : waiting.Trace.SpanId.ToHexString(),
            Result = result.ToObject(),
        };
    }

    /// <summary>The event with what is Crank's own: its number, how many were left out right before it, what the gate made of the answer, and whether its input is kept.</summary>
    public static DecisionEvent Numbered(DecisionEvent line, WaitingDecision waiting, string run, long dropped, bool isSealed)
    {
        var own = new ObjectBuilder(8);
        own.Set("run", run);
        own.Set("number", waiting.Number);
        own.Set("dropped", dropped);
        if (waiting.Overruled is { } overruled)
        {
            own.Set("allowed", overruled.Allowed);
            own.Set("rule", overruled.Rule);
        }
        else if (waiting.Asked is { Answer: var answer, Topic: var topic })
        {
            own.Set("topic", topic.Name());
            own.Set("allowed", answer.Allowed);
            own.Set("rule", answer.Rule);
            own.Set("policy", answer.Digest.ToString());
            own.Set("sealed", isSealed);
        }

        if (waiting.Shadow)
        {
            own.Set("shadow", true);
        }

        var custom = new ObjectBuilder(1);
        custom.Set(Own, own.ToObject());
        return line with { RequestedBy = waiting.Asked?.RequestedBy ?? Requester(line.Input), Custom = custom.ToObject() };
    }

    // Of what is left of the input, so that whoever is masked there is not named here.
    private static string? Requester(in Value input) =>
        input.Get("principal").Get("id").TryGetString(out var principal)
            ? input.Get("tenant").Get("id").TryGetString(out var tenant) ? $"{tenant}/{principal}" : principal
            : null;
}
