namespace Crank.Trust.Keys;

/// <summary>A public key and the time in which it may vouch.</summary>
/// <param name="Key">The key.</param>
/// <param name="From">When it came into use; null: always.</param>
/// <param name="Until">When it was retired: it vouches for nothing dated later; null: in use.</param>
public sealed record TrustedKey(VerificationKey Key, DateTimeOffset? From = null, DateTimeOffset? Until = null)
{
    /// <summary>True when a statement dated <paramref name="at"/> lies in the key's time.</summary>
    public bool Covers(DateTimeOffset at) => (From is null || at >= From) && (Until is null || at <= Until);
}
