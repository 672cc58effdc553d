using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using Crank.Rego.Builtins.Keys;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.Certificates;

/// <summary>Certificates (RFC 5280) and signing requests (RFC 2986) as objects with the members of Go's <c>x509.Certificate</c>.</summary>
internal static class CertificateReader
{
    private const int MaxBytes = 1 << 20;
    private const int MaxCertificates = 1_000;

    /// <summary>The DER certificates of a text: PEM, base64 of PEM, or base64 of one or more DER certificates.</summary>
    /// <exception cref="BuiltinException">The text is none of them.</exception>
    public static List<byte[]> Split(string text)
    {
        if (!text.StartsWith("-----BEGIN", StringComparison.Ordinal))
        {
            var bytes = EncodingBuiltins.FromBase64(text);
            if (!bytes.AsSpan().StartsWith("-----BEGIN"u8))
            {
                return SplitDer(bytes);
            }

            text = Bytes.ToText(bytes);
        }

        var result = new List<byte[]>();
        foreach (var (label, bytes, _) in Pem.Read(text))
        {
            if (label != "CERTIFICATE")
            {
                throw new BuiltinException($"PEM block type is '{label}', expected CERTIFICATE");
            }

            result.AddRange(SplitDer(bytes));
        }

        return result;
    }

    /// <summary>One certificate.</summary>
    public static Value Read(byte[] der)
    {
        try
        {
            return Certificate(der);
        }
        catch (Exception broken) when (broken is AsnContentException or CryptographicException)
        {
            throw new BuiltinException($"x509: malformed certificate: {broken.Message}");
        }
    }

    /// <summary>One certificate signing request.</summary>
    public static Value ReadRequest(byte[] der)
    {
        try
        {
            return Request(der);
        }
        catch (Exception broken) when (broken is AsnContentException or CryptographicException)
        {
            throw new BuiltinException($"asn1: structure error: {broken.Message}");
        }
    }

    private static List<byte[]> SplitDer(byte[] bytes)
    {
        var result = new List<byte[]>();
        if (bytes.Length > MaxBytes)
        {
            throw new BuiltinException($"certificates of {bytes.Length} bytes, at most {MaxBytes} are allowed");
        }

        try
        {
            var reader = new AsnReader(bytes, AsnEncodingRules.DER);
            while (reader.HasData)
            {
                if (reader.PeekTag() != Asn1Tag.Sequence || result.Count == MaxCertificates)
                {
                    throw new BuiltinException("x509: malformed certificate");
                }

                result.Add(reader.ReadEncodedValue().ToArray());
            }
        }
        catch (AsnContentException)
        {
            throw new BuiltinException("x509: malformed certificate");
        }

        return result;
    }

    private static ObjectValue Certificate(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var toBeSigned = outer.PeekEncodedValue();
        var inner = outer.ReadSequence();
        var algorithm = outer.ReadEncodedValue();
        var signature = outer.ReadBitString(out _);

        var version = 1;
        var versionTag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (inner.PeekTag().HasSameClassAndValue(versionTag))
        {
            inner.ReadSequence(versionTag).TryReadInt32(out version);
            version++;
        }

        var serialNumber = inner.ReadInteger();
        inner.ReadEncodedValue();
        var issuer = inner.ReadEncodedValue();
        var validity = inner.ReadSequence();
        var (notBefore, notAfter) = (Time(validity), Time(validity));
        var subject = inner.ReadEncodedValue();
        var keyInfo = inner.ReadEncodedValue().ToArray();
        var (keyAlgorithm, key) = SignatureAlgorithms.PublicKey(keyInfo);
        var extensions = new CertificateExtensions();
        while (inner.HasData)
        {
            var tag = inner.PeekTag();
            if (tag.TagClass == TagClass.ContextSpecific && tag.TagValue == 3)
            {
                extensions.Read(inner.ReadSequence(tag).ReadSequence());
            }
            else
            {
                inner.ReadEncodedValue();
            }
        }

        var result = new ObjectBuilder();
        result.Set("Raw", Convert.ToBase64String(der));
        result.Set("RawTBSCertificate", Convert.ToBase64String(toBeSigned.Span));
        result.Set("RawSubjectPublicKeyInfo", Convert.ToBase64String(keyInfo));
        result.Set("RawSubject", Convert.ToBase64String(subject.Span));
        result.Set("RawIssuer", Convert.ToBase64String(issuer.Span));
        result.Set("Signature", Convert.ToBase64String(signature));
        result.Set("SignatureAlgorithm", SignatureAlgorithms.Number(algorithm));
        result.Set("PublicKeyAlgorithm", keyAlgorithm);
        result.Set("PublicKey", key);
        result.Set("Version", version);
        result.Set("SerialNumber", BigNumber.Of(serialNumber));
        result.Set("Issuer", DistinguishedName.Read(issuer));
        result.Set("Subject", DistinguishedName.Read(subject));
        result.Set("NotBefore", notBefore);
        result.Set("NotAfter", notAfter);
        extensions.WriteTo(result);
        return result.ToObject();
    }

    private static ObjectValue Request(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var toBeSigned = outer.PeekEncodedValue();
        var inner = outer.ReadSequence();
        var algorithm = outer.ReadEncodedValue();
        var signature = outer.ReadBitString(out _);
        inner.TryReadInt32(out var version);
        var subject = inner.ReadEncodedValue();
        var keyInfo = inner.ReadEncodedValue().ToArray();
        var (keyAlgorithm, key) = SignatureAlgorithms.PublicKey(keyInfo);
        var extensions = new CertificateExtensions();
        var attributes = new ArrayBuilder(0);
        var attributesTag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (inner.HasData && inner.PeekTag().HasSameClassAndValue(attributesTag))
        {
            var set = inner.ReadSetOf(attributesTag);
            while (set.HasData)
            {
                var attribute = set.ReadSequence();
                if (attribute.ReadObjectIdentifier() == "1.2.840.113549.1.9.14")
                {
                    extensions.Read(attribute.ReadSetOf().ReadSequence());
                }
            }
        }

        var result = new ObjectBuilder();
        result.Set("Raw", Convert.ToBase64String(der));
        result.Set("RawTBSCertificateRequest", Convert.ToBase64String(toBeSigned.Span));
        result.Set("RawSubjectPublicKeyInfo", Convert.ToBase64String(keyInfo));
        result.Set("RawSubject", Convert.ToBase64String(subject.Span));
        result.Set("Version", version);
        result.Set("Signature", Convert.ToBase64String(signature));
        result.Set("SignatureAlgorithm", SignatureAlgorithms.Number(algorithm));
        result.Set("PublicKeyAlgorithm", keyAlgorithm);
        result.Set("PublicKey", key);
        result.Set("Subject", DistinguishedName.Read(subject));
        result.Set("Attributes", attributes.ToArray());
        extensions.WriteNamesTo(result);
        return result.ToObject();
    }

    private static string Time(AsnReader reader)
    {
        var time = reader.PeekTag() == new Asn1Tag(UniversalTagNumber.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
        return time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
