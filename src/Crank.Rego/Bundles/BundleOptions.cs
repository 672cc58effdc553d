namespace Crank.Rego.Bundles;

/// <summary>How a bundle is checked.</summary>
public sealed record BundleOptions
{
    /// <summary>No keys and the usual limits: signed bundles are refused, since nobody could tell whether they are what was signed.</summary>
    public static BundleOptions Default { get; } = new();

    /// <summary>The keys that may have signed. With one or more of them, a bundle without a signature is refused.</summary>
    public IReadOnlyList<BundleKey> Keys { get; init; } = [];

    /// <summary>
    /// The id of the key that must have signed, whatever the signature says. Null: the id in the token's header, else its claim <c>keyid</c>, else the only key.
    /// </summary>
    public string? KeyId { get; init; }

    /// <summary>What the token's claim <c>scope</c> must be; empty: it must have none.</summary>
    public string Scope { get; init; } = "";

    /// <summary>What the bundle may take.</summary>
    public BundleLimits Limits { get; init; } = BundleLimits.Default;
}
