namespace Crank.Trust.Keys;

/// <summary>A public key that a verifier trusts, and how long.</summary>
/// <param name="Key">The key.</param>
/// <param name="From">When it came into use; for people: a clock that was set back must not turn good receipts bad.</param>
/// <param name="Until">When it was retired: it vouches for nothing dated later; null: in use.</param>
public sealed record TrustedKey(VerificationKey Key, DateTimeOffset? From = null, DateTimeOffset? Until = null)
{
    /// <summary>True unless the key was retired before <paramref name="at"/>.</summary>
    public bool VouchesFor(DateTimeOffset at) => Until is null || at <= Until;
}
