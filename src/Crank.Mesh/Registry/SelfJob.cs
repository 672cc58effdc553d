using Crank.Core;
using Crank.Mesh.Path;
using Crank.Storage;

namespace Crank.Mesh.Registry;

/// <summary>
/// Jobs that the mesh asks of itself, to find out whether it and its services work. They go down the whole path and leave receipts like all others, and are known by their key:
/// objectives, rollouts and webhooks are about the work of callers and leave them out.
/// </summary>
public static class SelfJob
{
    private const string Prefix = "crank.check/";

    /// <summary>A key for the next of them.</summary>
    /// <param name="what">What is checked.</param>
    /// <param name="now">The time: one thing is checked once at a time.</param>
    public static string Key(string what, DateTimeOffset now) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Prefix}{what}/{now.UtcTicks}");

    /// <summary>Whether a job is one of them. Of one that was refused before it began no key is kept, and nobody can say.</summary>
    public static bool Is(JobRow job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Is(job.Tenant, job.Principal, job.IdempotencyKey);
    }

    /// <summary>Whether a request is for one of them.</summary>
    internal static bool Is(JobRequest request) => Is(request.Tenant, request.Principal, request.Key);

    private static bool Is(TenantId tenant, PrincipalId principal, string? key) =>
        tenant == TenantId.Owner && principal == PrincipalId.Owner && key is not null && key.StartsWith(Prefix, StringComparison.Ordinal);
}
