namespace Crank.Trust.Log;

/// <summary>What a check of a whole stored log found.</summary>
public abstract record LogAudit
{
    private LogAudit()
    {
    }

    /// <summary>The leaves give exactly the roots that were signed.</summary>
    public sealed record Consistent(long Size, LogHash Root) : LogAudit;

    /// <summary>They do not; each finding is one sentence.</summary>
    public sealed record Broken(IReadOnlyList<string> Findings) : LogAudit;
}
