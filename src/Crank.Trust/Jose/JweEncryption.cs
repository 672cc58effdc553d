using System.Text;
using System.Text.Json;

namespace Crank.Trust.Jose;

/// <summary>Encrypts to one recipient in the compact form (RFC 7516 section 5.1).</summary>
public static class JweEncryption
{
    /// <summary>Encrypts content under a header of <c>alg</c>, <c>kid</c>, what the algorithm adds, and <c>enc</c>.</summary>
    /// <param name="plaintext">The content.</param>
    /// <param name="key">The recipient's public key, the shared secret, or the password.</param>
    /// <param name="algorithm">A value of <c>alg</c>; of <see cref="JwePolicy.KnownKeyAlgorithms"/>.</param>
    /// <param name="content">A value of <c>enc</c>; of <see cref="JwePolicy.KnownContentAlgorithms"/>.</param>
    /// <exception cref="ArgumentException">An algorithm is not known, or the key is not one for it.</exception>
    public static string Compact(ReadOnlySpan<byte> plaintext, Jwk key, string algorithm, string content)
    {
        ArgumentNullException.ThrowIfNull(key);
        var (how, what) = Known(key, algorithm, content);
        var chance = JweChance.None;
        var recipient = how.Seal(key, chance.ContentKeyOf(what), what, chance);
        var members = new List<string> { $"\"alg\":{Quoted(algorithm)}" };
        if (key.KeyId is not null)
        {
            members.Add($"\"kid\":{Quoted(key.KeyId)}");
        }

        members.AddRange(recipient.Members.Select(m => $"\"{m.Name}\":{m.Json}"));
        members.Add($"\"enc\":{Quoted(content)}");
        var guarded = ExactBase64Url.Encode(Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}"));
        var iv = chance.IvOf(what);
        var (ciphertext, tag) = what.Encrypt(recipient.ContentKey, iv, plaintext.ToArray(), Encoding.ASCII.GetBytes(guarded));
        return string.Join('.', guarded, ExactBase64Url.Encode(recipient.EncryptedKey), ExactBase64Url.Encode(iv), ExactBase64Url.Encode(ciphertext), ExactBase64Url.Encode(tag));
    }

    /// <summary>The key that a recipient gets, its header members and the key of the content, with chance given from outside.</summary>
    internal static JweKeyAlgorithm.Sealed Seal(Jwk key, string algorithm, string content, JweChance chance)
    {
        var (how, what) = Known(key, algorithm, content);
        return how.Seal(key, chance.ContentKeyOf(what), what, chance);
    }

    /// <summary>Content under a key of its own, with everything that is drawn by chance given.</summary>
    internal static (byte[] Ciphertext, byte[] Tag) Encrypt(string content, byte[] contentKey, byte[] iv, byte[] plaintext, string aad) =>
        JweContent.Named(content)!.Encrypt(contentKey, iv, plaintext, Encoding.ASCII.GetBytes(aad));

    private static (JweKeyAlgorithm How, JweContent What) Known(Jwk key, string algorithm, string content)
    {
        var how = JweKeyAlgorithm.Named(algorithm) ?? throw new ArgumentException($"'{algorithm}' is not known; {string.Join(", ", JwePolicy.KnownKeyAlgorithms)} are.", nameof(algorithm));
        var what = JweContent.Named(content) ?? throw new ArgumentException($"'{content}' is not known; {string.Join(", ", JwePolicy.KnownContentAlgorithms)} are.", nameof(content));
        return how.Fits(key) && (algorithm != "dir" || key.Part("k").Length == what.KeySize)
            ? (how, what)
            : throw new ArgumentException($"The {key.KeyType} key is not one for {algorithm} with {content}.", nameof(key));
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
