using System.Formats.Asn1;
using Crank.Rego.Builtins.Keys;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.Certificates;

/// <summary>Algorithms and public keys by the numbers and members that Go's <c>crypto/x509</c> gives them.</summary>
internal static class SignatureAlgorithms
{
    /// <summary>The number of a signature algorithm; 0 when it is not known.</summary>
    public static int Number(ReadOnlyMemory<byte> algorithmIdentifier)
    {
        var sequence = new AsnReader(algorithmIdentifier, AsnEncodingRules.DER).ReadSequence();
        var oid = sequence.ReadObjectIdentifier();
        return oid switch
        {
            "1.2.840.113549.1.1.2" => 1,
            "1.2.840.113549.1.1.4" => 2,
            "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" => 3,
            "1.2.840.113549.1.1.11" => 4,
            "1.2.840.113549.1.1.12" => 5,
            "1.2.840.113549.1.1.13" => 6,
            "1.2.840.10040.4.3" => 7,
            "2.16.840.1.101.3.4.3.2" => 8,
            "1.2.840.10045.4.1" => 9,
            "1.2.840.10045.4.3.2" => 10,
            "1.2.840.10045.4.3.3" => 11,
            "1.2.840.10045.4.3.4" => 12,
            "1.2.840.113549.1.1.10" => Pss(sequence),
            "1.3.101.112" => 16,
            _ => 0,
        };
    }

    /// <summary>The number of a public key's algorithm, and the key.</summary>
    public static (int Algorithm, Value Key) PublicKey(byte[] subjectPublicKeyInfo)
    {
        try
        {
            return KeyReader.OfSubjectPublicKeyInfo(subjectPublicKeyInfo) switch
            {
                SigningKey.Rsa rsa => (1, Rsa(rsa)),
                SigningKey.Ecdsa ecdsa => (3, Ecdsa(ecdsa)),
                SigningKey.Ed25519 edwards => (4, Convert.ToBase64String(edwards.PublicKey)),
                _ => (0, Value.Null),
            };
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return (0, Value.Null);
        }
    }

    public static Value Rsa(SigningKey.Rsa key) => DistinguishedName.Node(("N", Whole(key.Parameters.Modulus!)), ("E", Whole(key.Parameters.Exponent!)));

    public static Value Ecdsa(SigningKey.Ecdsa key) =>
        DistinguishedName.Node(("Curve", ObjectValue.Empty), ("X", Whole(key.Parameters.Q.X!)), ("Y", Whole(key.Parameters.Q.Y!)));

    public static Value Whole(byte[] bigEndian) => BigNumber.Of(new System.Numerics.BigInteger(bigEndian, isUnsigned: true, isBigEndian: true));

    private static int Pss(AsnReader sequence)
    {
        if (!sequence.HasData)
        {
            return 0;
        }

        var parameters = sequence.ReadSequence();
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (!parameters.HasData || !parameters.PeekTag().HasSameClassAndValue(tag))
        {
            return 0;
        }

        return parameters.ReadSequence(tag).ReadSequence().ReadObjectIdentifier() switch
        {
            "2.16.840.1.101.3.4.2.1" => 13,
            "2.16.840.1.101.3.4.2.2" => 14,
            "2.16.840.1.101.3.4.2.3" => 15,
            _ => 0,
        };
    }
}
