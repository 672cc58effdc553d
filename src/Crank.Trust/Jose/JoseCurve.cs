using System.Security.Cryptography;

namespace Crank.Trust.Jose;

/// <summary>The elliptic curves of RFC 7518 section 6.2.1.1.</summary>
/// <param name="Name">The name in <c>crv</c>.</param>
/// <param name="Curve">The platform's curve.</param>
/// <param name="Size">Bytes of a coordinate.</param>
internal sealed record JoseCurve(string Name, ECCurve Curve, int Size)
{
    private static readonly JoseCurve[] All =
    [
        new("P-256", ECCurve.NamedCurves.nistP256, 32),
        new("P-384", ECCurve.NamedCurves.nistP384, 48),
        new("P-521", ECCurve.NamedCurves.nistP521, 66),
    ];

    public static JoseCurve? Named(string name) => Array.Find(All, c => c.Name == name);

    public static JoseCurve? Of(ECCurve curve) =>
        curve.IsNamed ? Array.Find(All, c => c.Curve.Oid.FriendlyName == curve.Oid.FriendlyName || c.Curve.Oid.Value == curve.Oid.Value) : null;
}
