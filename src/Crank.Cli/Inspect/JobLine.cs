using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Storage;

namespace Crank.Cli.Inspect;

/// <summary>One line of <c>crank jobs</c>.</summary>
internal sealed record JobLine(string Job, string Capability, string State, string? Error, DateTimeOffset AcceptedAt, DateTimeOffset? FinishedAt)
{
    public static JobLine Of(JobRow row) => new(row.Id.ToString(), row.Capability.ToString(), row.State.ToString().ToLowerInvariant(), row.Error?.ToString(), row.AcceptedAt, row.FinishedAt);

    public static JobLine Of(JsonElement json) => new(
        json.GetProperty("job").GetString()!, json.GetProperty("capability").GetString()!, json.GetProperty("state").GetString()!,
        json.TryGetProperty("error", out var error) ? error.GetString() : null, json.GetProperty("acceptedAt").GetDateTimeOffset(),
        json.TryGetProperty("finishedAt", out var finished) ? finished.GetDateTimeOffset() : null);

    public JsonObject ToJson() => new()
    {
        ["job"] = Job,
        ["capability"] = Capability,
        ["state"] = State,
        ["error"] = Error,
        ["acceptedAt"] = AcceptedAt.ToUniversalTime().ToString("O"),
        ["finishedAt"] = FinishedAt?.ToUniversalTime().ToString("O"),
    };

    public IReadOnlyList<string> ToRow() => [Job, State, AcceptedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss"), Capability, Error ?? ""];
}
