namespace Crank.Rego.Bundles;

/// <summary>A key that bundles may be signed with.</summary>
/// <param name="Id">What configuration and signatures call it.</param>
/// <param name="Algorithm">The one JWS algorithm (RFC 7518, section 3.1) it is used with: HS, RS, PS or ES with 256, 384 or 512.</param>
/// <param name="Text">The shared secret for HS; else a public key or certificate in PEM, or a JSON Web Key.</param>
public sealed record BundleKey(string Id, string Algorithm, string Text)
{
    /// <summary>The algorithm that goes with a public key when nobody asks for one: RS256 for RSA, ES with the hash of the curve's size.</summary>
    /// <exception cref="BundleException">The text holds no public key.</exception>
    public static string AlgorithmFor(string text) => Signature.AlgorithmForVerifying(text);

    /// <summary>The key's id and algorithm; never the key itself.</summary>
    public override string ToString() => $"{Id} ({Algorithm})";
}
