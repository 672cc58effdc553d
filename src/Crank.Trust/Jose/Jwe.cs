using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Crank.Trust.Jose;

/// <summary>A JSON Web Encryption (RFC 7516) in any of its serializations.</summary>
public sealed class Jwe
{
    private readonly JoseHeader _guarded;
    private readonly byte[] _aad;
    private readonly byte[] _iv;
    private readonly byte[] _ciphertext;
    private readonly byte[] _tag;

    private Jwe(JoseHeader guarded, ImmutableArray<JweRecipient> recipients, byte[] aad, byte[] iv, byte[] ciphertext, byte[] tag) =>
        (_guarded, Recipients, _aad, _iv, _ciphertext, _tag) = (guarded, recipients, aad, iv, ciphertext, tag);

    /// <summary>The recipients, at least one.</summary>
    public ImmutableArray<JweRecipient> Recipients { get; }

    /// <summary>Reads the compact, flattened or general serialization; decrypts nothing.</summary>
    /// <param name="text">The text, at most <see cref="JoseLimits.MaxText"/> characters.</param>
    /// <param name="jwe">The object.</param>
    /// <param name="why">What is wrong with it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Jwe? jwe, [NotNullWhen(false)] out string? why)
    {
        ArgumentNullException.ThrowIfNull(text);
        jwe = null;
        if (text.Length > JoseLimits.MaxText)
        {
            why = $"it is longer than {JoseLimits.MaxText} characters";
            return false;
        }

        if (text.StartsWith('{'))
        {
            return TryParseJson(text, out jwe, out why);
        }

        var parts = text.Split('.', 6);
        if (parts.Length != 5)
        {
            why = "it is not five parts with a dot between";
            return false;
        }

        return TryBuild(parts[0], null, [(null, parts[1])], null, parts[2], parts[3], parts[4], out jwe, out why);
    }

    /// <summary>Decrypts with one key: the first recipient that the policy accepts, that the key is for and that it opens.</summary>
    /// <param name="key">The private, symmetric or password key.</param>
    /// <param name="policy">What is accepted.</param>
    /// <param name="plaintext">What was encrypted.</param>
    /// <param name="why">Why not. It tells nothing of which step failed on secret data.</param>
    public bool TryDecrypt(Jwk key, JwePolicy policy, [NotNullWhen(true)] out byte[]? plaintext, [NotNullWhen(false)] out string? why)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(policy);
        plaintext = null;
        why = "no recipient is one that this key and this policy open";
        foreach (var recipient in Recipients)
        {
            if (recipient.Header.Algorithm is not { } name || !policy.KeyAlgorithms.Contains(name) || JweKeyAlgorithm.Named(name) is not { } algorithm
                || recipient.Header.Text("enc") is not { } enc || !policy.ContentAlgorithms.Contains(enc) || JweContent.Named(enc) is not { } content
                || !key.IsPrivate || !algorithm.Fits(key) || (key.KeyId is not null && recipient.Header.KeyId is not null && key.KeyId != recipient.Header.KeyId)
                || (algorithm.ChoosesKey && Recipients.Length > 1))
            {
                continue;
            }

            var opened = algorithm.Open(key, recipient.Header, recipient.EncryptedKey, content, policy) is { } contentKey
                ? content.Decrypt(contentKey, _iv, _ciphertext, _tag, _aad)
                : null;
            if (opened is null)
            {
                why = "it does not decrypt with this key";
                continue;
            }

            return TryInflate(recipient.Header, opened, policy, out plaintext, out why);
        }

        return false;
    }

    private bool TryInflate(JoseHeader header, byte[] opened, JwePolicy policy, out byte[]? plaintext, [NotNullWhen(false)] out string? why)
    {
        (plaintext, why) = (opened, null);
        if (!header.Has("zip"))
        {
            return true;
        }

        plaintext = null;
        if (!policy.Compressed || _guarded.Text("zip") != "DEF")
        {
            why = "compressed content is not accepted, or not declared in the protected header";
            return false;
        }

        try
        {
            using var inflate = new DeflateStream(new MemoryStream(opened), CompressionMode.Decompress);
            var grown = new byte[JoseLimits.MaxInflated + 1];
            var length = inflate.ReadAtLeast(grown, grown.Length, throwOnEndOfStream: false);
            if (length > JoseLimits.MaxInflated)
            {
                why = $"its content grows beyond {JoseLimits.MaxInflated} bytes";
                return false;
            }

            plaintext = grown[..length];
            return true;
        }
        catch (InvalidDataException)
        {
            why = "its compressed content is damaged";
            return false;
        }
    }

    private static bool TryParseJson(string text, out Jwe? jwe, [NotNullWhen(false)] out string? why)
    {
        jwe = null;
        if (!JoseJson.TryParseObject(Encoding.UTF8.GetBytes(text), out var json, out why))
        {
            return false;
        }

        if (!json.TryOptionalText("protected", out var guarded) || !json.TryOptionalText("aad", out var aad) || !json.TryOptionalText("iv", out var iv)
            || !json.TryOptionalText("tag", out var tag) || json.Text("ciphertext") is not { } ciphertext || !TryHeader(json, "unprotected", out var shared))
        {
            why = "'ciphertext' is missing, or a member is not of its type";
            return false;
        }

        var recipients = new List<(JoseHeader?, string?)>();
        var general = json.TryGetProperty("recipients", out var list);
        if (general && (json.TryGetProperty("encrypted_key", out _) || json.TryGetProperty("header", out _)
            || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > JoseLimits.MaxEntries))
        {
            why = $"'recipients' is a list of 1 to {JoseLimits.MaxEntries}, without a recipient beside it";
            return false;
        }

        foreach (var entry in general ? list.EnumerateArray().ToArray() : [json])
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryOptionalText("encrypted_key", out var encrypted) || !TryHeader(entry, "header", out var own))
            {
                why = "a recipient is an object with 'header' and, as text, 'encrypted_key'";
                return false;
            }

            recipients.Add((own, encrypted));
        }

        return TryBuild(guarded, shared, recipients, aad, iv, ciphertext, tag, out jwe, out why);
    }

    private static bool TryHeader(JsonElement json, string name, out JoseHeader? header)
    {
        header = null;
        if (!json.TryGetProperty(name, out var value))
        {
            return true;
        }

        header = value.ValueKind == JsonValueKind.Object ? JoseHeader.Of(value) : null;
        return header is not null;
    }

    private static bool TryBuild(
        string? guardedText, JoseHeader? shared, List<(JoseHeader? Own, string? Key)> recipients, string? aadText, string? ivText, string ciphertextText, string? tagText,
        out Jwe? jwe, [NotNullWhen(false)] out string? why)
    {
        jwe = null;
        var guarded = JoseHeader.Empty;
        if (guardedText is { Length: > 0 })
        {
            why = "the protected header is not base64url";
            if (!ExactBase64Url.TryDecode(guardedText, JoseLimits.MaxHeader, out var bytes) || !JoseHeader.TryParse(bytes, out var parsed, out why))
            {
                return false;
            }

            guarded = parsed;
        }

        if (!ExactBase64Url.TryDecode(ivText ?? "", 64, out var iv) || !ExactBase64Url.TryDecode(tagText ?? "", 64, out var tag)
            || !ExactBase64Url.TryDecode(ciphertextText, JoseLimits.MaxText, out var ciphertext)
            || (aadText is not null && !ExactBase64Url.TryDecode(aadText, JoseLimits.MaxText, out _)))
        {
            why = "one of its parts is not base64url of a fitting length";
            return false;
        }

        var built = ImmutableArray.CreateBuilder<JweRecipient>(recipients.Count);
        foreach (var (own, keyText) in recipients)
        {
            if (JoseHeader.Join(guarded, shared, own) is not { } joined)
            {
                why = "a name stands in two headers";
                return false;
            }

            why = JoseHeader.CriticalFault(guarded, JoseHeader.Join(shared, own), []);
            if (why is not null)
            {
                return false;
            }

            if (!ExactBase64Url.TryDecode(keyText ?? "", JoseLimits.MaxHeader, out var encrypted))
            {
                why = "an encrypted key is not base64url";
                return false;
            }

            built.Add(new JweRecipient(joined, encrypted));
        }

        if (built.Select(r => r.Header.Text("enc")).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            why = "its recipients name different content algorithms";
            return false;
        }

        var aad = Encoding.ASCII.GetBytes(aadText is null ? guardedText ?? "" : $"{guardedText}.{aadText}");
        jwe = new Jwe(guarded, built.MoveToImmutable(), aad, iv, ciphertext, tag);
        why = null;
        return true;
    }
}
