using System.Text.Json;
using Crank.Mesh.Rollouts;

namespace Crank.Gateway.Rest.Rollouts;

/// <summary>A rollout as callers see it.</summary>
internal static class RolloutJson
{
    private static readonly JsonNamingPolicy s_words = JsonNamingPolicy.KebabCaseLower;

    public static void Write(Utf8JsonWriter json, RolloutStatus status)
    {
        var rollout = status.Rollout;
        json.WriteStartObject();
        json.WriteString("capability", rollout.Capability.Value);
        json.WriteString("stable", rollout.Stable.ToString());
        json.WriteString("candidate", rollout.Candidate.ToString());
        json.WriteString("state", Word(rollout.State));
        json.WriteNumber("weight", rollout.Weight);
        json.WriteNumber("step", rollout.Step);
        json.WriteStartArray("steps");
        foreach (var step in rollout.Steps)
        {
            json.WriteNumberValue(step);
        }

        json.WriteEndArray();
        if (rollout.StepFor is { } hold)
        {
            json.WriteString("stepFor", hold.ToString());
        }

        json.WriteString("since", rollout.Since.UtcDateTime);
        Write(json, rollout.Limits);
        json.WriteStartObject("figures");
        Write(json, "stable", status.Stable);
        Write(json, "candidate", status.Candidate);
        json.WriteEndObject();
        if (status.Verdict is { } verdict)
        {
            json.WriteStartObject("verdict");
            json.WriteString("answer", Word(verdict.Kind));
            json.WriteString("why", verdict.Why);
            json.WriteEndObject();
        }

        json.WriteStartArray("history");
        foreach (var happened in rollout.History)
        {
            json.WriteStartObject();
            json.WriteString("at", happened.At.UtcDateTime);
            json.WriteString("event", Word(happened.What));
            json.WriteNumber("weight", happened.Weight);
            json.WriteString("why", happened.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Which share chose the version of a job.</summary>
    public static void Write(Utf8JsonWriter json, RolloutShare share)
    {
        json.WriteStartObject("rollout");
        json.WriteString("stable", share.Stable.ToString());
        json.WriteString("candidate", share.Candidate.ToString());
        json.WriteString("share", share.IsCandidate ? "candidate" : "stable");
        json.WriteNumber("weight", share.Weight);
        json.WriteNumber("slot", share.Slot);
        json.WriteString("since", share.Since.UtcDateTime);
        json.WriteBoolean("missed", share.Missed);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RolloutLimits limits)
    {
        json.WriteStartObject("limits");
        if (limits.MaxErrorRate is { } rate)
        {
            json.WriteNumber("maxErrorRate", rate);
        }

        if (limits.MaxP95 is { } most)
        {
            json.WriteString("maxP95", most.ToString());
        }

        if (limits.MaxP95Ratio is { } ratio)
        {
            json.WriteNumber("maxP95Ratio", ratio);
        }

        json.WriteNumber("minJobs", limits.MinJobs);
        json.WriteString("window", limits.Window.ToString());
        json.WriteBoolean("declaredErrors", limits.DeclaredErrors);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, RolloutFigures figures)
    {
        json.WriteStartObject(name);
        json.WriteNumber("jobs", figures.Jobs);
        json.WriteNumber("errors", figures.Errors);
        json.WriteNumber("errorRate", figures.ErrorRate);
        if (figures.P95 is { } p95)
        {
            json.WriteNumber("p95Seconds", p95.Seconds);
        }

        json.WriteEndObject();
    }

    private static string Word<T>(T member)
        where T : struct, Enum =>
        s_words.ConvertName(member.ToString());
}
