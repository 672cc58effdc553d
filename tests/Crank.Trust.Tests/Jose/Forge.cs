using System.Security.Cryptography;
using System.Text;
using Crank.Trust.Jose;

namespace Crank.Trust.Tests.Jose;

/// <summary>Keys and tokens for tests, good and forged.</summary>
internal static class Forge
{
    public static Jwk Elliptic(string id, ECCurve? curve = null)
    {
        using var pair = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);
        return Jwk.From(pair.ExportParameters(includePrivateParameters: true), id, "sig");
    }

    public static Jwk Public(Jwk key) => Parse(key.ToJson());

    public static Jwk Parse(string json) => Jwk.TryParse(Encoding.UTF8.GetBytes(json), out var key, out var why) ? key : throw new InvalidDataException(why);

    private static readonly Lazy<Jwk> s_one = new(() => NewRsa("k"));
    private static readonly Lazy<Jwk> s_other = new(() => NewRsa("k"));

    /// <summary>Two RSA keys with the same id, made once: drawing one takes long on a busy machine.</summary>
    public static Jwk Rsa(bool other = false) => (other ? s_other : s_one).Value;

    private static Jwk NewRsa(string id)
    {
        using var rsa = RSA.Create(2048);
        var p = rsa.ExportParameters(includePrivateParameters: true);
        string E(byte[]? bytes) => ExactBase64Url.Encode(bytes);
        return Parse(
            $$"""{"kty":"RSA","kid":"{{id}}","n":"{{E(p.Modulus)}}","e":"{{E(p.Exponent)}}","d":"{{E(p.D)}}","p":"{{E(p.P)}}","q":"{{E(p.Q)}}","dp":"{{E(p.DP)}}","dq":"{{E(p.DQ)}}","qi":"{{E(p.InverseQ)}}"}""");
    }

    public static string Sign(Jwk key, string algorithm, string header, string payload) =>
        JwsSigner.With(key, algorithm).Compact(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload));

    public static string Unsigned(string header, string payload, string signature = "") =>
        $"{ExactBase64Url.Encode(Encoding.UTF8.GetBytes(header))}.{ExactBase64Url.Encode(Encoding.UTF8.GetBytes(payload))}.{signature}";
}
