using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crank.Trust.Canonical;
using Crank.Trust.Envelopes;
using Crank.Trust.Keys;
using Crank.Trust.Log;
using Crank.Trust.Statements;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Crank.Conformance.Crypto;

/// <summary>
/// What receipts and tokens are made of: canonical JSON, Merkle proofs, DSSE, in-toto statements, Ed25519 on edge points, JOSE.
/// The folder <c>sigstore-bundles</c> is not run: the project has no Sigstore verifier yet.
/// </summary>
public sealed class CryptoReceiptsSuite : Suite
{
    public override string Name => "crypto-receipts";

    public override Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        CanonicalFiles(Path.Combine(folder, "jcs"), report);
        CanonicalNumbers(Path.Combine(folder, "jcs", "numbers.csv"), report);
        CanonicalDocuments(Path.Combine(folder, "jcs", "documents.jsonl"), report);
        Merkle(Path.Combine(folder, "merkle"), report);
        Encodings(Path.Combine(folder, "dsse", "pae.json"), report);
        Envelope(Path.Combine(folder, "dsse", "protocol-example.json"), report);
        Statements(Path.Combine(folder, "in-toto"), report);
        EdgePoints(Path.Combine(folder, "ed25519-edge"), report);
        JoseCookbook.Run(Path.Combine(folder, "jose-cookbook"), report);
        return Task.CompletedTask;
    }

    private static void CanonicalFiles(string folder, SuiteReport report)
    {
        foreach (var input in FilesOf(Path.Combine(folder, "input"), "*.json"))
        {
            var name = Path.GetFileNameWithoutExtension(input);
            if (report.Declines("jcs/" + name))
            {
                continue;
            }

            var expected = File.ReadAllBytes(Path.Combine(folder, "output", name + ".json"));
            var hexFile = Path.Combine(folder, "outhex", name + ".txt");
            var hexAgrees = !File.Exists(hexFile)
                || Hex(string.Concat(File.ReadAllText(hexFile).Where(c => !char.IsWhiteSpace(c)))).AsSpan().SequenceEqual(expected);
            var accepted = CanonicalJson.TryCanonicalize(File.ReadAllBytes(input), out var canonical, out var why);
            report.Check("jcs/" + name, accepted && hexAgrees && canonical.AsSpan().SequenceEqual(expected), why ?? "other bytes");
        }
    }

    private static void CanonicalNumbers(string file, SuiteReport report)
    {
        if (!File.Exists(file))
        {
            return;
        }

        var line = 0;
        foreach (var row in File.ReadLines(file).Skip(1).Where(r => r.Length > 0))
        {
            line++;
            var name = string.Create(CultureInfo.InvariantCulture, $"jcs-numbers/{line}");
            if (report.Declines(name))
            {
                continue;
            }

            var (bits, expected) = (row[..row.IndexOf(',', StringComparison.Ordinal)], row[(row.IndexOf(',', StringComparison.Ordinal) + 1)..]);
            var value = BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            var writer = new CanonicalJsonWriter();
            writer.Number(value);
            var written = Encoding.UTF8.GetString(writer.Written);
            var read = CanonicalJson.TryCanonicalize(Encoding.UTF8.GetBytes(expected), out var again, out _) ? Encoding.UTF8.GetString(again) : "refused";
            report.Check(name, written == expected && read == expected, $"{bits}: wrote {written}, read {read}, expected {expected}");
        }
    }

    private static void CanonicalDocuments(string file, SuiteReport report)
    {
        foreach (var json in LinesOf(file))
        {
            var name = "jcs-documents/" + json.GetProperty("id").GetRawText();
            if (report.Declines(name))
            {
                continue;
            }

            var accepted = CanonicalJson.TryCanonicalize(Encoding.UTF8.GetBytes(json.GetProperty("input").GetString()!), out var canonical, out var why);
            report.Check(
                name,
                accepted
                && Convert.ToHexStringLower(canonical!) == json.GetProperty("canonical_utf8_hex").GetString()
                && Convert.ToHexStringLower(SHA256.HashData(canonical!)) == json.GetProperty("sha256").GetString(),
                why ?? "other bytes");
        }
    }

    private static void Merkle(string folder, SuiteReport report)
    {
        foreach (var file in FilesOf(folder, "*.jsonl"))
        {
            foreach (var json in LinesOf(file))
            {
                var name = "merkle/" + json.GetProperty("case").GetString();
                if (!report.Declines(name))
                {
                    report.Check(name, IsProven(Path.GetFileNameWithoutExtension(file), json) != json.GetProperty("wantErr").GetBoolean(), json.GetProperty("desc").GetString() ?? "wrong verdict");
                }
            }
        }
    }

    private static bool IsProven(string kind, JsonElement json)
    {
        string[] named = ["leafHash", "root", "root1", "root2"];
        if (named.Any(n => json.TryGetProperty(n, out var hash) && string.IsNullOrEmpty(hash.GetString())))
        {
            return false;   // no hash at all, which a LogHash cannot even hold
        }

        LogHash[] proof = json.GetProperty("proof") is { ValueKind: JsonValueKind.Array } hashes ? [.. hashes.EnumerateArray().Select(HashOrStandIn)] : [];
        LogHash Hash(string name) => HashOrStandIn(json.GetProperty(name));
        bool Number(string name, out long number) => json.GetProperty(name).TryGetInt64(out number);

        return kind switch
        {
            "inclusion" => Number("leafIdx", out var index) && Number("treeSize", out var size)
                && LogProof.VerifyInclusion(Hash("leafHash"), index, size, proof, Hash("root")),
            "subtreeinclusion" => Number("leafIdx", out var index)
                && Number("start", out var start) && Number("end", out var end)
                && LogProof.VerifyInclusion(Hash("leafHash"), index, start, end, proof, Hash("root")),
            "consistency" => Number("size1", out var size1) && Number("size2", out var size2)
                && LogProof.VerifyConsistency(size1, Hash("root1"), size2, Hash("root2"), proof),
            "subtreeconsistency" => Number("size", out var size)
                && Number("start", out var start) && Number("end", out var end)
                && LogProof.VerifyConsistency(start, end, Hash("root1"), size, Hash("root2"), proof),
            _ => throw new InvalidDataException($"There is no check for proofs of kind '{kind}'."),
        };
    }

    /// <summary>Some cases give texts of other lengths for hashes that do not matter; each is stood for by a hash of its own, which no tree has.</summary>
    private static LogHash HashOrStandIn(JsonElement json)
    {
        var bytes = json.GetBytesFromBase64();
        return new LogHash(bytes.Length == LogHash.Size ? bytes : SHA256.HashData([.. "not a hash: "u8, .. bytes]));
    }

    private static void Encodings(string file, SuiteReport report)
    {
        if (!File.Exists(file))
        {
            return;
        }

        var number = 0;
        foreach (var json in Document(file).EnumerateArray())
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"dsse/pae-{number++}");
            if (!report.Declines(name))
            {
                var bytes = DsseEnvelope.PreAuthenticationEncoding(json.GetProperty("payloadType").GetString()!, Hex(json.GetProperty("payload_hex").GetString()!));
                report.Check(name, Convert.ToHexStringLower(bytes) == json.GetProperty("pae_hex").GetString(), "other bytes");
            }
        }
    }

    /// <summary>The worked example is signed with ECDSA P-256, which receipts do not use: the envelope and its encoding are ours, the curve is the platform's.</summary>
    private static void Envelope(string file, SuiteReport report)
    {
        if (!File.Exists(file) || report.Declines("dsse/protocol-example"))
        {
            return;
        }

        var json = Document(file);
        if (!DsseEnvelope.TryParse(Encoding.UTF8.GetBytes(json.GetProperty("envelope").GetRawText()), out var envelope, out var why))
        {
            report.Fail("dsse/protocol-example", why);
            return;
        }

        var key = json.GetProperty("key");
        BigInteger Decimal(string name) => BigInteger.Parse(key.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
        byte[] Coordinate(string name)
        {
            var bytes = Decimal(name).ToByteArray(isUnsigned: true, isBigEndian: true);
            return [.. new byte[32 - bytes.Length], .. bytes];
        }

        var pae = DsseEnvelope.PreAuthenticationEncoding(envelope.PayloadType, envelope.Payload.Span);
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Coordinate("x_decimal"), Y = Coordinate("y_decimal") } });
        var verified = envelope.Signatures.All(s => ecdsa.VerifyData(pae, s.Bytes.Span, HashAlgorithmName.SHA256));

        var curve = SecNamedCurves.GetByName("secp256r1");
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(forSigning: true, new ECPrivateKeyParameters(
            new Org.BouncyCastle.Math.BigInteger(key.GetProperty("d_decimal").GetString()!), new ECDomainParameters(curve)));
        byte[] again = [.. signer.GenerateSignature(SHA256.HashData(pae)).SelectMany(n => (byte[])[.. new byte[32 - n.ToByteArrayUnsigned().Length], .. n.ToByteArrayUnsigned()])];

        report.Check(
            "dsse/protocol-example",
            verified
            && Encoding.UTF8.GetString(pae) == json.GetProperty("pae_utf8").GetString()
            && Encoding.UTF8.GetString(envelope.Payload.Span) == json.GetProperty("payload_utf8").GetString()
            && again.AsSpan().SequenceEqual(envelope.Signatures[0].Bytes.Span),
            verified ? "other bytes" : "the signature does not verify");
    }

    private static void Statements(string folder, SuiteReport report)
    {
        var index = Path.Combine(folder, "INDEX.json");
        if (!File.Exists(index))
        {
            return;
        }

        foreach (var json in Document(index).EnumerateArray())
        {
            var file = Path.GetFileName(json.GetProperty("file").GetString()!);
            var name = "in-toto/" + Path.GetFileNameWithoutExtension(file);
            if (!report.Declines(name))
            {
                var parsed = InTotoStatement.TryParse(File.ReadAllBytes(Path.Combine(folder, file)), out var statement, out var why);
                report.Check(name, parsed && statement!.PredicateType == json.GetProperty("predicateType").GetString(), why ?? "another predicate type");
            }
        }
    }

    /// <summary>The rule held to: refuse a point that is not canonical or of low order, whether A or R; accept all else that the cofactorless equation proves.</summary>
    private static void EdgePoints(string folder, SuiteReport report)
    {
        string[] refused = ["low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue"];
        foreach (var file in FilesOf(folder, "*.json"))
        {
            foreach (var json in Document(file).EnumerateArray())
            {
                var name = "ed25519-edge/" + json.GetProperty("number").GetRawText();
                if (report.Declines(name))
                {
                    continue;
                }

                string?[] flags = json.TryGetProperty("flags", out var named) && named.ValueKind == JsonValueKind.Array ? [.. named.EnumerateArray().Select(f => f.GetString())] : [];
                var accepted = VerificationKey.TryCreate("edge", Hex(json.GetProperty("key").GetString()!), out var key)
                    && key.Verify(Encoding.UTF8.GetBytes(json.GetProperty("msg").GetString()!), Hex(json.GetProperty("sig").GetString()!));
                report.Check(name, accepted != flags.Intersect(refused).Any(), $"accepted: {accepted}; {string.Join(", ", flags)}");
            }
        }
    }

    private static IEnumerable<string> FilesOf(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal) : [];

    private static IEnumerable<JsonElement> LinesOf(string file) =>
        File.Exists(file) ? File.ReadLines(file).Where(l => l.Length > 0).Select(l => JsonElement.Parse(l)) : [];

    private static JsonElement Document(string file) => JsonElement.Parse(File.ReadAllText(file));

    private static byte[] Hex(string text) => Convert.FromHexString(text);
}
