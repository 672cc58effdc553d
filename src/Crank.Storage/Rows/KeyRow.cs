using Crank.Core;

namespace Crank.Storage;

/// <summary>An idempotency key and the job it stands for; unique within its tenant.</summary>
/// <param name="Key">The tenant and its key, at most <see cref="MaxKeyLength"/> characters.</param>
/// <param name="Request">Digest of the request that was made under it.</param>
/// <param name="Job">The job that request became.</param>
/// <param name="ExpiresAt">From when it may be removed.</param>
public sealed record KeyRow(TenantScoped<string> Key, Digest Request, JobId Job, DateTimeOffset ExpiresAt)
{
    /// <summary>How many characters (UTF-16) a key has at most.</summary>
    public const int MaxKeyLength = 255;
}
