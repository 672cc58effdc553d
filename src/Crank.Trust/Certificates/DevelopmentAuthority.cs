using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Crank.Trust.Keys;

namespace Crank.Trust.Certificates;

/// <summary>
/// The certificate authority of one mesh, for machines that have no other: <c>ca.crt</c> and <c>ca.key</c> (PKCS #8, mode 0600) in a folder of mode 0700.
/// ECDSA P-256; it signs leaf certificates alone (path length 0), each short-lived, so that none needs to be revoked.
/// </summary>
public sealed class DevelopmentAuthority : IDisposable
{
    /// <summary>How long the authority itself is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(5 * 365);

    /// <summary>The longest life of a certificate it signs.</summary>
    public static readonly TimeSpan MaxLeaf = TimeSpan.FromDays(7);

    /// <summary>How far a certificate reaches back, for clocks that are behind.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromMinutes(10);

    private const int MaxFile = 64 * 1024;
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _signing;

    private DevelopmentAuthority(X509Certificate2 signing)
    {
        _signing = signing;
        Certificate = X509CertificateLoader.LoadCertificate(signing.RawData);
    }

    /// <summary>The certificate of the authority, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate as PEM: what <c>crank trust export</c> prints.</summary>
    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>SHA-256 of the certificate, in hex: what people compare.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Certificate.RawData));

    /// <summary>Opens the authority of a folder, or makes one where there is none.</summary>
    /// <param name="folder">Usually <c>tls/</c> in the data folder.</param>
    /// <param name="mesh">The mesh's name, for people who read the certificate.</param>
    /// <param name="now">The time from which it is good.</param>
    /// <exception cref="KeyStoreException">The folder holds one that cannot be used, or others may read its key, or its time is over.</exception>
    public static DevelopmentAuthority OpenOrCreate(string folder, string mesh, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        OwnerOnlyFile.CreateFolder(folder);
        if (!File.Exists(CertificatePath(folder)))
        {
            Create(folder, mesh, now);
        }

        return Open(folder, now);
    }

    /// <summary>Opens the authority of a folder.</summary>
    /// <exception cref="KeyStoreException">There is none, or it cannot be used.</exception>
    public static DevelopmentAuthority Open(string folder, DateTimeOffset now)
    {
        if (!File.Exists(CertificatePath(folder)) || !File.Exists(KeyPath(folder)))
        {
            throw new KeyStoreException($"There is no development authority in {folder}. 'crank up' makes one when it first serves TLS.");
        }

        OwnerOnlyFile.CheckFolder(folder);
        X509Certificate2 signing;
        try
        {
            signing = X509Certificate2.CreateFromPem(Read(CertificatePath(folder)), Read(KeyPath(folder)));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new KeyStoreException($"The development authority in {folder} is damaged: {e.Message} Restore both files from one backup, or delete both and trust the new one.", e);
        }

        if (now < new DateTimeOffset(signing.NotAfter.ToUniversalTime()))
        {
            return new DevelopmentAuthority(signing);
        }

        signing.Dispose();
        throw new KeyStoreException($"The development authority in {folder} ended. Delete ca.crt and ca.key there; 'crank up' makes a new one, to be trusted with 'crank trust install'.");
    }

    /// <summary>Makes a key and signs a certificate for it: ECDSA P-256, for servers when it names hosts or addresses, for clients when it names a workload.</summary>
    /// <param name="request">What it should say.</param>
    /// <param name="now">From when it is good; it reaches ten minutes further back.</param>
    /// <returns>The certificate with its key; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">It asks for too long a life, or names nothing.</exception>
    public X509Certificate2 Issue(LeafRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        var isServer = request.Hosts.Length > 0 || request.Addresses.Length > 0;
        if (request.Lifetime <= TimeSpan.Zero || request.Lifetime > MaxLeaf || (!isServer && request.Workload is null))
        {
            throw new ArgumentException($"A certificate names a host, an address or a workload, and lives at most {MaxLeaf.TotalDays} days.", nameof(request));
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName("Crank");
        if (request.Hosts.Length > 0 && request.Hosts[0].Length <= 64)
        {
            subject.AddCommonName(request.Hosts[0]);
        }

        var draft = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        draft.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        draft.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        draft.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(Uses(isServer, request.Workload is not null), critical: false));
        draft.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(draft.PublicKey, critical: false));
        draft.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in request.Hosts)
        {
            names.AddDnsName(host);
        }

        foreach (var address in request.Addresses)
        {
            names.AddIpAddress(address);
        }

        if (request.Workload is { } workload)
        {
            names.AddUri(new Uri(workload.ToString()));
        }

        draft.CertificateExtensions.Add(names.Build());
        var end = new DateTimeOffset(Certificate.NotAfter.ToUniversalTime());
        var until = now + request.Lifetime;
        using var signed = draft.Create(_signing, now - Back, until < end ? until : end, Serial());
        return signed.CopyWithPrivateKey(key);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signing.Dispose();
        Certificate.Dispose();
    }

    private static OidCollection Uses(bool isServer, bool isClient)
    {
        var uses = new OidCollection();
        if (isServer)
        {
            uses.Add(new Oid(ServerUse));
        }

        if (isClient)
        {
            uses.Add(new Oid(ClientUse));
        }

        return uses;
    }

    private static void Create(string folder, string mesh, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName("Crank");
        subject.AddCommonName($"Crank development authority {(mesh.Length > 32 ? mesh[..32] : mesh)}");
        var draft = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        draft.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        draft.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        draft.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(draft.PublicKey, critical: false));
        using var certificate = draft.CreateSelfSigned(now - Back, now + Lifetime);

        // The key first: a crash between the two leaves a key that the next start replaces, never a certificate without one.
        OwnerOnlyFile.Write(KeyPath(folder), Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        OwnerOnlyFile.Write(CertificatePath(folder), Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }

    private static string Read(string path) => Encoding.ASCII.GetString(OwnerOnlyFile.Read(path, MaxFile));

    private static string CertificatePath(string folder) => Path.Combine(folder, "ca.crt");

    private static string KeyPath(string folder) => Path.Combine(folder, "ca.key");
}
