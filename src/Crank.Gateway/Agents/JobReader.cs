using System.Diagnostics.CodeAnalysis;
using Crank.Core;
using Crank.Gateway.Identity;
using Crank.Mesh;
using Crank.Mesh.Run;
using Crank.Storage;

namespace Crank.Gateway.Agents;

/// <summary>Reads jobs and files for agents, each of the caller's own tenant: another tenant's is simply not there.</summary>
internal sealed class JobReader(GatewayParts parts)
{
    /// <summary>What every address of a job's resource begins with.</summary>
    public const string Jobs = "crank://jobs/";

    /// <summary>What the address of an uploaded file begins with.</summary>
    public const string Blobs = "crank://blobs/";

    private const int MaxUri = 512;

    public static string ReceiptUri(JobId job) => $"{Jobs}{job}/receipt";

    public static string ResultUri(JobId job) => $"{Jobs}{job}/result";

    public static string FileUri(JobId job, Digest file) => $"{Jobs}{job}/blobs/{file}";

    public JobSummary? Find(Caller caller, JobId job) => parts.Controller.Summary(caller.Tenant, job);

    public IReadOnlyList<JobSummary> List(Caller caller, JobFilter filter, JobId? before, int limit) => parts.Controller.List(caller.Tenant, filter, before, limit);

    public JobReport? Report(Caller caller, JobId job) => MayExport(caller, "getResult", job) ? parts.Controller.Find(caller.Tenant, job) : null;

    public byte[]? Receipt(Caller caller, JobId job) => MayExport(caller, "getReceipt", job) ? parts.Controller.ReceiptFile(caller.Tenant, job) : null;

    /// <summary>As over REST: what the policy does not let out is not there for an agent.</summary>
    private bool MayExport(Caller caller, string operation, JobId job) => Find(caller, job) is { } known && parts.Controller.Gate.AskExport(
        new(caller.Tenant, caller.Principal, caller.Roles, caller.Source), operation,
        new Dictionary<string, string>(StringComparer.Ordinal) { ["job"] = job.ToString(), ["principal"] = known.Principal.Value, ["capability"] = known.Capability.ToString() },
        CancellationToken.None).Allowed;

    /// <summary>The file that an address names; null when it names none of the caller's.</summary>
    public AgentFile? FindFile(Caller caller, string uri)
    {
        if (uri.StartsWith(Blobs, StringComparison.Ordinal))
        {
            return caller.Scopes.Contains(Scopes.BlobsRead) && Digest.TryParse(uri[Blobs.Length..], null, out var uploaded)
                && parts.Controller.Blobs.Find(caller.Tenant, uploaded) is { } kept
                    ? new(kept.Bytes, kept.MediaType, () => parts.Blobs.OpenRead(kept.Digest, kept.Bytes) ?? throw new FileNotFoundException("The file is no longer kept."))
                    : null;
        }

        return TryParse(uri, out var job, out var part) && part.StartsWith("blobs/", StringComparison.Ordinal)
            && Digest.TryParse(part["blobs/".Length..], null, out var digest) && caller.Scopes.Contains(Scopes.JobsRead)
            && Report(caller, job) is { Delivery: { } delivery } && delivery.Blobs.TryGetValue(digest, out var blob)
                ? FileOf(blob)
                : null;
    }

    /// <summary>A file of a delivery.</summary>
    public static AgentFile FileOf(OutputBlob blob) => new(blob.Length, blob.MediaType, blob.Open);

    /// <summary>Splits <c>crank://jobs/JOB/PART</c>.</summary>
    public static bool TryParse(string uri, out JobId job, [NotNullWhen(true)] out string? part)
    {
        (job, part) = (default, null);
        if (uri.Length > MaxUri || !uri.StartsWith(Jobs, StringComparison.Ordinal) || uri.IndexOf('/', Jobs.Length) is var slash && slash < 0)
        {
            return false;
        }

        part = uri[(slash + 1)..];
        return JobId.TryParse(uri[Jobs.Length..slash], null, out job);
    }
}
