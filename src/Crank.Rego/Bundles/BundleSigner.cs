using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>What a bundle is signed with.</summary>
/// <param name="Algorithm">The JWS algorithm (RFC 7518, section 3.1): HS, RS, PS or ES with 256, 384 or 512.</param>
/// <param name="Key">The shared secret for HS; else a private key in PEM (PKCS #1, PKCS #8, SEC 1), not encrypted.</param>
public sealed record BundleSigner(string Algorithm, string Key)
{
    /// <summary>What verifiers know the key by; empty for no name. Wins over a claim <c>keyid</c>.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>The claim <c>scope</c>; empty for none. Wins over the one of <see cref="Claims"/>.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Claims beside the list of files, such as <c>iss</c> and <c>iat</c>.</summary>
    public ObjectValue Claims { get; init; } = ObjectValue.Empty;

    /// <summary>The algorithm that goes with a private key when nobody asks for one: RS256 for RSA, ES with the hash of the curve's size.</summary>
    /// <exception cref="BundleException">The text holds no private key.</exception>
    public static string AlgorithmFor(string key) => Signature.AlgorithmFor(key);

    /// <summary>The algorithm and the id of the key; never the key itself.</summary>
    public override string ToString() => $"{KeyId} ({Algorithm})";
}
