using System.Security.Cryptography;

namespace Crank.Rego.Bundles;

/// <summary>Changes of a bundle's base documents, once all that can be said without that bundle was checked. Immutable.</summary>
public sealed class DeltaBundle
{
    private readonly Patch _patch;
    private readonly Manifest _manifest;
    private readonly BundleLimits _limits;

    internal DeltaBundle(Patch patch, Manifest manifest, BundleLimits limits, string digest, string? signedBy)
    {
        _patch = patch;
        _manifest = manifest;
        _limits = limits;
        Digest = digest;
        SignedBy = signedBy;
    }

    /// <summary>The manifest's revision, which the changed bundle then has; empty when it says none.</summary>
    public string Revision => _manifest.Revision;

    /// <summary>SHA-256 over its own paths and bytes, as <see cref="Bundle.Digest"/>.</summary>
    public string Digest { get; }

    /// <summary>The id of the key whose signature was verified; null when it is not signed.</summary>
    public string? SignedBy { get; }

    /// <summary>
    /// The bundle that it makes of another: the same policies, all operations carried out on the documents, or none. The bundle given stays as it is, so whoever
    /// keeps it loses nothing when this fails.
    /// </summary>
    /// <exception cref="BundleException">An operation lies outside the roots of either manifest, finds nothing to change, or makes more than the limits allow.</exception>
    public Bundle ApplyTo(Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        if (bundle.SignedBy is not null && SignedBy is null)
        {
            throw new BundleException("The bundle in force is signed, so what changes it must be signed too.");
        }

        var data = _patch.ApplyTo(bundle.Data, bundle.OwnRoots.Within(_manifest.Roots), _limits);
        var digest = SHA256.HashData([.. Convert.FromHexString(bundle.Digest), .. Convert.FromHexString(Digest)]);
        return bundle.Changed(data, Revision, Convert.ToHexStringLower(digest));
    }
}
