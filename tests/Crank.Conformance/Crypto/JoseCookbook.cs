using System.Text;
using System.Text.Json;
using Crank.Trust.Jose;

namespace Crank.Conformance.Crypto;

/// <summary>
/// Examples of JWK, JWS, JWE and both nested. Each serialization of each example is verified or decrypted with every key given; what an algorithm
/// determines wholly is made again and compared. Examples made before RFC 7797 was final do not list <c>b64</c> in <c>crit</c>, so the policy here takes that.
/// </summary>
internal static class JoseCookbook
{
    private static readonly JwsPolicy Signed = new(JwsPolicy.Known, UnencodedPayload: true, UnlistedB64: true);
    private static readonly JwePolicy Encrypted = new(JwePolicy.KnownKeyAlgorithms, JwePolicy.KnownContentAlgorithms, Compressed: true);

    public static void Run(string folder, SuiteReport report)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = "jose/" + Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/');
            if (report.Declines(name))
            {
                continue;
            }

            try
            {
                var json = JsonElement.Parse(File.ReadAllText(file));
                var fault = json.TryGetProperty("kty", out _) ? KeyFault(json)
                    : json.TryGetProperty("encrypt", out var outer) ? JweFault(outer) ?? JwsFault(json.GetProperty("sign"))
                    : json.GetProperty("input").TryGetProperty("payload", out _) ? JwsFault(json)
                    : JweFault(json);
                report.Check(name, fault is null, fault ?? "");
            }
            catch (InvalidDataException e)
            {
                report.Fail(name, e.Message);
            }
        }
    }

    private static string? KeyFault(JsonElement json)
    {
        var key = Key(json);
        var again = JsonElement.Parse(key.ToJson(withPrivate: key.IsPrivate));
        return JsonElement.DeepEquals(json, again) ? null : $"written again it reads {again}";
    }

    private static string? JwsFault(JsonElement json)
    {
        var input = json.GetProperty("input");
        var payload = Encoding.UTF8.GetBytes(input.GetProperty("payload").GetString()!);
        var keys = Keys(input);
        foreach (var form in json.GetProperty("output").EnumerateObject())
        {
            var text = form.Value.ValueKind == JsonValueKind.String ? form.Value.GetString()! : form.Value.GetRawText();
            var isDetached = form.Value.ValueKind == JsonValueKind.String ? text.Contains("..", StringComparison.Ordinal) : !form.Value.TryGetProperty("payload", out _);
            if (!Jws.TryParse(text, Signed, out var jws, out var why, isDetached ? payload : null))
            {
                return $"{form.Name}: {why}";
            }

            if (!jws.VerifyAll(keys, Signed, out why))
            {
                return $"{form.Name}: {why}";
            }

            if (!jws.Payload.Span.SequenceEqual(payload))
            {
                return $"{form.Name}: another payload";
            }

            foreach (var signature in jws.Signatures)
            {
                if (SigningFault(signature, keys) is { } fault)
                {
                    return $"{form.Name}: {fault}";
                }
            }
        }

        return null;
    }

    /// <summary>Signs again: equal bytes where the algorithm has no chance in it, a signature that verifies where it has.</summary>
    private static string? SigningFault(JwsSignature signature, List<Jwk> keys)
    {
        var algorithm = signature.Header.Algorithm!;
        var key = keys.Single(k => JwsAlgorithm.Named(algorithm)!.Fits(k));
        var again = JwsSigner.With(key, algorithm).Sign(signature.Input);
        return algorithm[..2] is "HS" or "RS" or "Ed"
            ? again.AsSpan().SequenceEqual(signature.Bytes) ? null : "signing again gives another signature"
            : JwsAlgorithm.Named(algorithm)!.Verify(key, signature.Input, again) ? null : "what was signed again does not verify";
    }

    private static string? JweFault(JsonElement json)
    {
        var input = json.GetProperty("input");
        var plaintext = Encoding.UTF8.GetBytes(input.GetProperty("plaintext").GetString()!);
        List<Jwk> keys = input.TryGetProperty("pwd", out var password) ? [Jwk.Symmetric(Encoding.UTF8.GetBytes(password.GetString()!))] : Keys(input);
        foreach (var form in json.GetProperty("output").EnumerateObject())
        {
            var text = form.Value.ValueKind == JsonValueKind.String ? form.Value.GetString()! : form.Value.GetRawText();
            if (!Jwe.TryParse(text, out var jwe, out var why))
            {
                return $"{form.Name}: {why}";
            }

            foreach (var key in keys)
            {
                if (!jwe.TryDecrypt(key, Encrypted, out var opened, out why))
                {
                    return $"{form.Name}: {key.KeyId}: {why}";
                }

                if (!opened.AsSpan().SequenceEqual(plaintext))
                {
                    return $"{form.Name}: another plaintext";
                }
            }

            foreach (var recipient in jwe.Recipients)
            {
                if (EncryptionFault(json, recipient, keys, plaintext) is { } fault)
                {
                    return $"{form.Name}: {fault}";
                }
            }
        }

        return json.TryGetProperty("encrypting_content", out _) ? ContentFault(json) : null;
    }

    /// <summary>Wraps the key of the content again, with what was drawn by chance as published; padding of RSA cannot be given, so that it is opened instead.</summary>
    private static string? EncryptionFault(JsonElement json, JweRecipient recipient, List<Jwk> keys, byte[] plaintext)
    {
        var (algorithm, content) = (recipient.Header.Algorithm!, recipient.Header.Text("enc")!);
        var key = keys.Single(k => JweKeyAlgorithm.Named(algorithm)!.Fits(k));
        var generated = json.TryGetProperty("generated", out var drawn) ? Bytes(drawn, "cek") : null;
        var encrypting = json.TryGetProperty("encrypting_key", out var step)
            ? step.ValueKind == JsonValueKind.Array
                ? step.EnumerateArray().Single(s => s.GetProperty("header").GetProperty("alg").GetString() == algorithm)
                : step
            : default;
        if (algorithm.StartsWith("RSA", StringComparison.Ordinal))
        {
            var round = JweEncryption.Compact(plaintext, key, algorithm, content);
            return Jwe.TryParse(round, out var again, out _) && again.TryDecrypt(key, Encrypted, out var back, out _) && back.AsSpan().SequenceEqual(plaintext)
                ? null
                : "what was encrypted again does not decrypt";
        }

        Jwk? ephemeral = null;
        if (encrypting.ValueKind == JsonValueKind.Object && encrypting.TryGetProperty("epk", out var pair))
        {
            ephemeral = Key(pair);
            if (!recipient.Header.TryGet("epk", out var sent) || sent.GetProperty("x").GetString() != pair.GetProperty("x").GetString())
            {
                // An example that sends another key than the one whose private half it publishes can be opened and not made again.
                return null;
            }
        }

        var chance = new JweChance(
            generated,
            Ephemeral: ephemeral,
            WrapIv: encrypting.ValueKind == JsonValueKind.Object ? Bytes(encrypting, "iv") : null,
            Salt: encrypting.ValueKind == JsonValueKind.Object ? Bytes(encrypting, "salt") : null,
            Rounds: encrypting.ValueKind == JsonValueKind.Object && encrypting.TryGetProperty("iteration_count", out var rounds) ? rounds.GetInt32() : 0);
        var sealedKey = JweEncryption.Seal(key, algorithm, content, chance);
        if (!sealedKey.EncryptedKey.AsSpan().SequenceEqual(recipient.EncryptedKey))
        {
            return $"{algorithm} again gives another encrypted key";
        }

        var used = generated ?? (encrypting.ValueKind == JsonValueKind.Object ? Bytes(encrypting, "cek") : null);
        return used is null || used.AsSpan().SequenceEqual(sealedKey.ContentKey) ? null : $"{algorithm} again gives another content key";
    }

    private static string? ContentFault(JsonElement json)
    {
        var step = json.GetProperty("encrypting_content");
        var output = json.GetProperty("output").GetProperty("json");
        var enc = step.TryGetProperty("protected", out var guarded) && guarded.TryGetProperty("enc", out var named) ? named : step.GetProperty("unprotected").GetProperty("enc");
        if (!json.TryGetProperty("generated", out var generated) || (Bytes(generated, "cek") ?? DirectKey(json)) is not { } key)
        {
            return null;
        }

        var plaintext = Encoding.UTF8.GetBytes(json.GetProperty("input").GetProperty("plaintext").GetString()!);
        // Another compressor gives other bytes for the same text: the published ones are encrypted again; decrypting has shown that they inflate to it.
        plaintext = Bytes(generated, "plaintext_c") ?? plaintext;
        var aad = (output.TryGetProperty("protected", out var text) ? text.GetString() : "") + (output.TryGetProperty("aad", out var more) ? "." + more.GetString() : "");
        var (ciphertext, tag) = JweEncryption.Encrypt(enc.GetString()!, key, Bytes(generated, "iv")!, plaintext, aad);
        return ciphertext.AsSpan().SequenceEqual(Bytes(output, "ciphertext")) && tag.AsSpan().SequenceEqual(Bytes(output, "tag")) ? null : "encrypting again gives other bytes";
    }

    private static byte[]? DirectKey(JsonElement json) =>
        json.GetProperty("input").GetProperty("alg").ValueKind == JsonValueKind.String && json.GetProperty("input").GetProperty("alg").GetString() == "dir"
            ? Bytes(json.GetProperty("input").GetProperty("key"), "k")
            : null;

    private static List<Jwk> Keys(JsonElement input)
    {
        var key = input.GetProperty("key");
        return [.. (key.ValueKind == JsonValueKind.Array ? key.EnumerateArray().ToArray() : [key]).Select(Key)];
    }

    private static Jwk Key(JsonElement json) =>
        Jwk.TryParse(Encoding.UTF8.GetBytes(json.GetRawText()), out var key, out var why) ? key : throw new InvalidDataException($"a key is refused: {why}");

    private static byte[]? Bytes(JsonElement json, string name) =>
        json.TryGetProperty(name, out var text) && ExactBase64Url.TryDecode(text.GetString()!, JoseLimits.MaxText, out var bytes) ? bytes : null;
}
