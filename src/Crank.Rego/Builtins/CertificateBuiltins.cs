using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crank.Rego.Builtins.Certificates;
using Crank.Rego.Builtins.Keys;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>X.509 certificates, chains, signing requests and private keys. Nothing is fetched: no issuers, no revocation lists.</summary>
internal static class CertificateBuiltins
{
    private static readonly Dictionary<string, string> Usages = new()
    {
        ["KeyUsageAny"] = "2.5.29.37.0",
        ["KeyUsageServerAuth"] = "1.3.6.1.5.5.7.3.1",
        ["KeyUsageClientAuth"] = "1.3.6.1.5.5.7.3.2",
        ["KeyUsageCodeSigning"] = "1.3.6.1.5.5.7.3.3",
        ["KeyUsageEmailProtection"] = "1.3.6.1.5.5.7.3.4",
        ["KeyUsageIPSECEndSystem"] = "1.3.6.1.5.5.7.3.5",
        ["KeyUsageIPSECTunnel"] = "1.3.6.1.5.5.7.3.6",
        ["KeyUsageIPSECUser"] = "1.3.6.1.5.5.7.3.7",
        ["KeyUsageTimeStamping"] = "1.3.6.1.5.5.7.3.8",
        ["KeyUsageOCSPSigning"] = "1.3.6.1.5.5.7.3.9",
        ["KeyUsageMicrosoftServerGatedCrypto"] = "1.3.6.1.4.1.311.10.3.3",
        ["KeyUsageNetscapeServerGatedCrypto"] = "2.16.840.1.113730.4.1",
        ["KeyUsageMicrosoftCommercialCodeSigning"] = "1.3.6.1.4.1.311.2.1.22",
        ["KeyUsageMicrosoftKernelCodeSigning"] = "1.3.6.1.4.1.311.61.1.1",
    };

    public static IEnumerable<Builtin> All =>
    [
        new("crypto.x509.parse_certificates", 1, true, static (context, a) =>
        {
            var certificates = CertificateReader.Split(Operand.Text(a, 0));
            context.Charge(certificates.Sum(static one => one.Length / 16L));
            return ArrayValue.Of([.. certificates.Select(CertificateReader.Read)]);
        }),
        new("crypto.x509.parse_and_verify_certificates", 1, true, static (context, a) => Verify(context, Operand.Text(a, 0), ObjectValue.Empty)),
        new("crypto.x509.parse_and_verify_certificates_with_options", 2, true, static (context, a) => Verify(context, Operand.Text(a, 0), Operand.Object(a, 1))),
        new("crypto.x509.parse_certificate_request", 1, true, ParseRequest),
        new("crypto.x509.parse_keypair", 2, true, ParseKeyPair),
        new("crypto.x509.parse_rsa_private_key", 1, true, ParseJsonWebKey),
        new("crypto.parse_private_keys", 1, true, ParsePrivateKeys),
    ];

    // The first certificate is trusted, the last one is asked about, the others may lead from one to the other.
    private static Value Verify(BuiltinContext context, string text, ObjectValue options)
    {
        var invalid = ArrayValue.Of(false, ArrayValue.Empty);
        List<byte[]> encoded;
        try
        {
            encoded = CertificateReader.Split(text);
        }
        catch (BuiltinException)
        {
            return invalid;
        }

        context.Charge(encoded.Sum(static one => one.Length / 16L));
        using var chain = new X509Chain();
        var name = Configure(chain.ChainPolicy, options, context);
        if (encoded.Count < 2)
        {
            return invalid;
        }

        var certificates = new List<X509Certificate2>();
        try
        {
            certificates.AddRange(encoded.Select(static one => X509CertificateLoader.LoadCertificate(one)));
            chain.ChainPolicy.CustomTrustStore.Add(certificates[0]);
            foreach (var intermediate in certificates.Skip(1).SkipLast(1))
            {
                chain.ChainPolicy.ExtraStore.Add(intermediate);
            }

            var leaf = certificates[^1];
            return chain.Build(leaf) && (name.Length == 0 || leaf.MatchesHostname(name, allowWildcards: true, allowCommonName: false))
                ? ArrayValue.Of(true, ArrayValue.Of([.. chain.ChainElements.Select(static element => CertificateReader.Read(element.Certificate.RawData))]))
                : invalid;
        }
        catch (CryptographicException)
        {
            return invalid;
        }
        finally
        {
            certificates.ForEach(static one => one.Dispose());
        }
    }

    // Returns the host name to compare with; the rest goes into the policy.
    private static string Configure(X509ChainPolicy policy, ObjectValue options, BuiltinContext context)
    {
        var name = "";
        List<string> usages = ["KeyUsageServerAuth"];
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = context.Clock.GetUtcNow().UtcDateTime;
        foreach (var (key, value) in options)
        {
            switch (key.TryGetString(out var option) ? option : "")
            {
                case "DNSName":
                    name = value.TryGetString(out var dns) ? dns.Trim('"') : throw new BuiltinException("'DNSName' should be a string");
                    break;
                case "CurrentTime":
                    policy.VerificationTime = value.TryGetInt64(out var nanoseconds)
                        ? DateTime.UnixEpoch.AddTicks(nanoseconds / 100)
                        : throw new BuiltinException(value.Kind == ValueKind.Number ? "'CurrentTime' should be a valid int64 number" : "'CurrentTime' should be a number");
                    break;
                case "MaxConstraintComparisons":
                    if (!value.TryGetInt64(out _))
                    {
                        throw new BuiltinException(value.Kind == ValueKind.Number ? "'MaxConstraintComparisons' should be a valid number" : "'MaxConstraintComparisons' should be a number");
                    }

                    break;
                case "KeyUsages":
                    var wanted = Operand.Elements(value) ?? throw new BuiltinException("'KeyUsages' should be an Array or Set");
                    var unknown = wanted.Where(static one => one.TryGetString(out var text) && !Usages.ContainsKey(text.Trim('"'))).Select(static one => one.AsString().Trim('"')).ToList();
                    if (unknown.Count > 0)
                    {
                        throw new BuiltinException($"invalid entries for 'KeyUsages' found: [{string.Join(' ', unknown)}]");
                    }

                    usages = wanted.Count == 0 ? usages : [.. wanted.Where(static one => one.Kind == ValueKind.String).Select(static one => one.AsString().Trim('"'))];
                    break;
                default:
                    throw new BuiltinException("invalid key option");
            }
        }

        if (!usages.Contains("KeyUsageAny"))
        {
            usages.ForEach(usage => policy.ApplicationPolicy.Add(new Oid(Usages[usage])));
        }

        return name;
    }

    private static Value ParseRequest(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var text = Operand.Text(arguments, 0);
        context.Charge(text.Length / 16);
        var bytes = text.StartsWith("-----BEGIN CERTIFICATE REQUEST-----", StringComparison.Ordinal) ? Bytes.FromText(text) : EncodingBuiltins.FromBase64(text);
        foreach (var (label, block, _) in Pem.Read(Bytes.ToText(bytes)))
        {
            bytes = label == "CERTIFICATE REQUEST" ? block : throw new BuiltinException("invalid PEM-encoded certificate signing request");
            break;
        }

        return CertificateReader.ReadRequest(bytes);
    }

    private static Value ParseKeyPair(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var certificates = PemOrDer(Operand.Text(arguments, 0), "CERTIFICATE").Where(static block => block.Label == "CERTIFICATE").Select(static block => block.Bytes).ToList();
        if (certificates.Count == 0)
        {
            throw new BuiltinException("tls: failed to find any PEM data in certificate input");
        }

        var key = PemOrDer(Operand.Text(arguments, 1), "PRIVATE KEY").Select(static block => Private(block.Label, block.Bytes)).FirstOrDefault(static one => one is not null)
            ?? throw new BuiltinException("tls: failed to find any PEM data in key input");
        if (!Fits(CertificateReader.Read(certificates[0]).AsObject(), key))
        {
            throw new BuiltinException("tls: private key does not match public key");
        }

        return DistinguishedName.Node(
            ("Certificate", ArrayValue.Of([.. certificates.Select(static one => (Value)Convert.ToBase64String(one))])),
            ("PrivateKey", Show(key)),
            ("Leaf", CertificateReader.Read(certificates[0])),
            ("OCSPStaple", Value.Null),
            ("SignedCertificateTimestamps", Value.Null),
            ("SupportedSignatureAlgorithms", Value.Null));
    }

    private static bool Fits(ObjectValue certificate, SigningKey key) => certificate.Get("PublicKey").Equals(key switch
    {
        SigningKey.Rsa rsa => SignatureAlgorithms.Rsa(rsa),
        SigningKey.Ecdsa ecdsa => SignatureAlgorithms.Ecdsa(ecdsa),
        SigningKey.Ed25519 edwards => Convert.ToBase64String(edwards.PublicKey),
        _ => default,
    });

    private static IEnumerable<(string Label, byte[] Bytes)> PemOrDer(string text, string label)
    {
        if (!text.StartsWith("-----BEGIN ", StringComparison.Ordinal))
        {
            var bytes = EncodingBuiltins.FromBase64(text);
            if (!bytes.AsSpan().StartsWith("-----BEGIN "u8))
            {
                return [(label, bytes)];
            }

            text = Bytes.ToText(bytes);
        }

        return Pem.Read(text).Select(static block => (block.Label, block.Bytes));
    }

    private static SigningKey? Private(string label, byte[] bytes)
    {
        try
        {
            return KeyReader.PrivateKey(label, bytes);
        }
        catch (Exception broken) when (broken is CryptographicException or AsnContentException)
        {
            throw new BuiltinException($"x509: failed to parse private key: {broken.Message}");
        }
    }

    private static List<SigningKey> PrivateKeys(string text)
    {
        try
        {
            text = Bytes.ToText(EncodingBuiltins.FromBase64(text));
        }
        catch (BuiltinException)
        {
            // Not base64: PEM as it stands.
        }

        return [.. Pem.Read(text).Select(static block => Private(block.Label, block.Bytes)).OfType<SigningKey>()];
    }

    private static Value ParsePrivateKeys(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var text = Operand.Text(arguments, 0);
        context.Charge(text.Length / 16);
        return text.Length == 0 ? Value.Null : ArrayValue.Of([.. PrivateKeys(text).Select(Show)]);
    }

    // The members of Go's private keys.
    private static Value Show(SigningKey key)
    {
        switch (key)
        {
            case SigningKey.Rsa rsa:
                var numbers = rsa.Parameters;
                return DistinguishedName.Node(
                    ("N", SignatureAlgorithms.Whole(numbers.Modulus!)),
                    ("E", SignatureAlgorithms.Whole(numbers.Exponent!)),
                    ("D", SignatureAlgorithms.Whole(numbers.D!)),
                    ("Primes", ArrayValue.Of(SignatureAlgorithms.Whole(numbers.P!), SignatureAlgorithms.Whole(numbers.Q!))),
                    ("Precomputed", DistinguishedName.Node(
                        ("Dp", SignatureAlgorithms.Whole(numbers.DP!)),
                        ("Dq", SignatureAlgorithms.Whole(numbers.DQ!)),
                        ("Qinv", SignatureAlgorithms.Whole(numbers.InverseQ!)),
                        ("CRTValues", ArrayValue.Empty))));
            case SigningKey.Ecdsa ecdsa:
                return DistinguishedName.Node(
                    ("Curve", ObjectValue.Empty),
                    ("X", SignatureAlgorithms.Whole(ecdsa.Parameters.Q.X!)),
                    ("Y", SignatureAlgorithms.Whole(ecdsa.Parameters.Q.Y!)),
                    ("D", SignatureAlgorithms.Whole(ecdsa.Parameters.D!)));
            case SigningKey.Ed25519 edwards:
                return Convert.ToBase64String([.. edwards.Seed!, .. edwards.PublicKey]);
            default:
                return Value.Null;
        }
    }

    private static Value ParseJsonWebKey(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var text = Operand.Text(arguments, 0);
        context.Charge(text.Length / 16);
        if (text.Length == 0)
        {
            throw new BuiltinException("input PEM data was empty");
        }

        if (!text.StartsWith("-----BEGIN", StringComparison.Ordinal))
        {
            text = Bytes.ToText(EncodingBuiltins.FromBase64(text));
        }

        return PrivateKeys(text) switch
        {
            [] => Value.Null,
            [SigningKey.Rsa { Parameters: var rsa }, ..] => DistinguishedName.Node(
                ("kty", "RSA"), Part("n", rsa.Modulus), Part("e", rsa.Exponent), Part("d", rsa.D), Part("p", rsa.P), Part("q", rsa.Q), Part("dp", rsa.DP), Part("dq", rsa.DQ), Part("qi", rsa.InverseQ)),
            [SigningKey.Ecdsa { Parameters: var ec }, ..] => DistinguishedName.Node(
                ("kty", "EC"), ("crv", ec.Q.X!.Length switch { 32 => "P-256", 48 => "P-384", _ => "P-521" }), Part("x", ec.Q.X), Part("y", ec.Q.Y), Part("d", ec.D)),
            [SigningKey.Ed25519 edwards, ..] => DistinguishedName.Node(("kty", "OKP"), ("crv", "Ed25519"), Part("x", edwards.PublicKey), Part("d", edwards.Seed)),
            _ => Value.Null,
        };
    }

    private static (string Name, Value Value) Part(string name, byte[]? bytes) => (name, System.Buffers.Text.Base64Url.EncodeToString(bytes));
}
