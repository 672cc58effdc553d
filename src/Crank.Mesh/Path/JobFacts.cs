using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Serialization;
using Crank.Storage;

namespace Crank.Mesh.Path;

/// <summary>What a receipt says about a job besides its end: kept with the job's row from the first commit, so that recovery can attest what it finds.</summary>
/// <param name="Asked">What was asked, and what keeps it private.</param>
/// <param name="Decision">The answer of the policy; null when the job was refused before.</param>
/// <param name="Plan">The placement; null when the job was refused before.</param>
internal sealed record JobFacts(AskedTerms Asked, Decision? Decision, Plan? Plan)
{
    /// <summary>The facts as the columns of a row.</summary>
    public (byte[] Terms, byte[]? Decision, byte[]? Plan) Encode() => (
        JsonSerializer.SerializeToUtf8Bytes(Asked, MeshJson.Default.AskedTerms),
        Decision is null ? null : JsonSerializer.SerializeToUtf8Bytes(Decision, MeshJson.Default.Decision),
        Plan is null ? null : JsonSerializer.SerializeToUtf8Bytes(Plan, MeshJson.Default.Plan));

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="JsonException">The columns are not that.</exception>
    public static JobFacts Decode(JobRow row) => new(
        JsonSerializer.Deserialize(row.Terms, MeshJson.Default.AskedTerms) ?? throw new JsonException("The terms of a job are empty."),
        row.Decision is null ? null : JsonSerializer.Deserialize(row.Decision, MeshJson.Default.Decision),
        row.Plan is null ? null : JsonSerializer.Deserialize(row.Plan, MeshJson.Default.Plan));
}
