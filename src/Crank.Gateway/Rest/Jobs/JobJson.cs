using System.Text.Json;
using Crank.Core;
using Crank.Mesh;

namespace Crank.Gateway.Rest.Jobs;

/// <summary>A job as callers see it.</summary>
internal static class JobJson
{
    private static readonly JsonNamingPolicy s_words = JsonNamingPolicy.KebabCaseLower;

    /// <summary>The word for a state, as receipts have it.</summary>
    public static string Word(JobState state) => s_words.ConvertName(state.ToString());

    /// <summary>The state of a word; null for none.</summary>
    public static JobState? State(string word)
    {
        foreach (var state in Enum.GetValues<JobState>())
        {
            if (Word(state) == word)
            {
                return state;
            }
        }

        return null;
    }

    public static void Write(Utf8JsonWriter json, JobSummary job)
    {
        json.WriteStartObject();
        json.WriteString("job", job.Id.ToString());
        json.WriteString("capability", job.Capability.ToString());
        json.WriteString("principal", job.Principal.ToString());
        json.WriteString("state", Word(job.State));
        json.WriteString("outcome", s_words.ConvertName(job.State.Outcome().ToString()));
        if (job.Error is { } error)
        {
            json.WriteString("error", error.Value);
        }

        if (job.Parent is { } parent)
        {
            json.WriteString("parent", parent.ToString());
        }

        json.WriteString("acceptedAt", job.AcceptedAt.UtcDateTime);
        if (job.FinishedAt is { } finished)
        {
            json.WriteString("finishedAt", finished.UtcDateTime);
            json.WriteString("price", job.Charged.ToString());
            json.WriteString("receipt", Links.Receipt(job.Id));
        }
        else
        {
            json.WriteString("events", Links.Events(job.Id));
        }

        if (job.Queue is { } queue)
        {
            json.WriteStartObject("queue");
            json.WriteString("priority", s_words.ConvertName(queue.Priority.ToString()));
            json.WriteString("readyAt", queue.ReadyAt.UtcDateTime);
            json.WriteString("dueAt", queue.DueAt.UtcDateTime);
            json.WriteNumber("attempts", queue.Attempts);
            if (queue.DeadUntil is { } dead)
            {
                json.WriteString("deadUntil", dead.UtcDateTime);
            }

            json.WriteEndObject();
        }

        if (job.ResultUntil is { } until)
        {
            json.WriteString("result", Links.Result(job.Id));
            json.WriteString("resultUntil", until.UtcDateTime);
        }

        json.WriteEndObject();
    }
}
