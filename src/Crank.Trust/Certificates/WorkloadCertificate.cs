using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Crank.Trust.Certificates;

/// <summary>The certificate of a workload (SPIFFE X.509-SVID, version 1.0).</summary>
public static class WorkloadCertificate
{
    private const string AlternativeNames = "2.5.29.17";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>Verifies a certificate that a client showed: signed by one of the roots, in its time, for clients, not an authority, with exactly one URI in it.</summary>
    /// <param name="certificate">What the client showed.</param>
    /// <param name="roots">The authorities trusted; no other is asked, and nothing is fetched.</param>
    /// <param name="trustDomain">The mesh that the name must belong to.</param>
    /// <param name="now">The time.</param>
    /// <param name="id">Whom it names.</param>
    /// <param name="why">Why it is refused.</param>
    public static bool TryVerify(
        X509Certificate2 certificate,
        X509Certificate2Collection roots,
        string trustDomain,
        DateTimeOffset now,
        [NotNullWhen(true)] out SpiffeId? id,
        [NotNullWhen(false)] out string? why)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(roots);
        id = null;
        why = ChainFault(certificate, roots, now) ?? LeafFault(certificate);
        if (why is not null)
        {
            return false;
        }

        if (!TryUri(certificate, out var uri) || !SpiffeId.TryParse(uri, null, out var named))
        {
            why = "the certificate does not hold exactly one URI that is a SPIFFE id";
            return false;
        }

        if (named.TrustDomain != trustDomain)
        {
            why = $"the certificate is of the mesh '{named.TrustDomain}', not of '{trustDomain}'";
            return false;
        }

        id = named;
        return true;
    }

    private static string? ChainFault(X509Certificate2 certificate, X509Certificate2Collection roots, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientUse));
        if (chain.Build(certificate))
        {
            return null;
        }

        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return status.HasFlag(X509ChainStatusFlags.NotTimeValid) ? "the certificate is expired, or not good yet"
            : (status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid)) != X509ChainStatusFlags.NoError
                ? "the certificate is not signed by an authority that is trusted here"
                : $"the certificate is not one for this use ({status})";
    }

    private static string? LeafFault(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509BasicConstraintsExtension { CertificateAuthority: true })
            {
                return "the certificate is an authority's, not a workload's";
            }

            if (extension is X509KeyUsageExtension usage
                && (!usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature) || (usage.KeyUsages & (X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)) != X509KeyUsageFlags.None))
            {
                return "the certificate's key is not one to authenticate with";
            }
        }

        return certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any() ? null : "the certificate does not say what it is for";
    }

    private static bool TryUri(X509Certificate2 certificate, [NotNullWhen(true)] out string? uri)
    {
        uri = null;
        var extension = certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == AlternativeNames);
        if (extension is null)
        {
            return false;
        }

        try
        {
            var uriTag = new Asn1Tag(TagClass.ContextSpecific, 6);
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            var found = new List<string>();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(uriTag))
                {
                    found.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, uriTag));
                }
                else
                {
                    names.ReadEncodedValue();
                }
            }

            uri = found is [var only] ? only : null;
            return uri is not null;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
