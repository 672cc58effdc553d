using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NSec.Cryptography;

namespace Crank.Trust.Jose;

/// <summary>The key management of JWE (RFC 7518 section 4, RFC 8037 section 3.2): how a recipient comes by the key of the content.</summary>
internal sealed class JweKeyAlgorithm
{
    private readonly Func<Jwk, bool> _fits;
    private readonly Func<JweKeyAlgorithm, Jwk, JoseHeader, byte[], JweContent, JwePolicy, byte[]?> _open;
    private readonly Func<JweKeyAlgorithm, Jwk, byte[], JweContent, JweChance, Sealed> _seal;

    private JweKeyAlgorithm(
        string name,
        int wrapSize,
        bool choosesKey,
        string[] operations,
        Func<Jwk, bool> fits,
        Func<JweKeyAlgorithm, Jwk, JoseHeader, byte[], JweContent, JwePolicy, byte[]?> open,
        Func<JweKeyAlgorithm, Jwk, byte[], JweContent, JweChance, Sealed> seal) =>
        (Name, WrapSize, ChoosesKey, Operations, _fits, _open, _seal) = (name, wrapSize, choosesKey, operations, fits, open, seal);

    public static IReadOnlyList<JweKeyAlgorithm> All { get; } =
    [
        RsaWith("RSA1_5", RSAEncryptionPadding.Pkcs1),
        RsaWith("RSA-OAEP", RSAEncryptionPadding.OaepSHA1),
        RsaWith("RSA-OAEP-256", RSAEncryptionPadding.OaepSHA256),
        Wrap("A128KW", 16),
        Wrap("A192KW", 24),
        Wrap("A256KW", 32),
        GcmWrap("A128GCMKW", 16),
        GcmWrap("A192GCMKW", 24),
        GcmWrap("A256GCMKW", 32),
        new("dir", 0, choosesKey: true, ["decrypt", "encrypt"], key => key.KeyType == "oct", OpenDirect, (_, key, _, _, _) => new([], [], key.Part("k").ToArray())),
        Agreement("ECDH-ES", 0),
        Agreement("ECDH-ES+A128KW", 16),
        Agreement("ECDH-ES+A192KW", 24),
        Agreement("ECDH-ES+A256KW", 32),
        Password("PBES2-HS256+A128KW", 16, HashAlgorithmName.SHA256),
        Password("PBES2-HS384+A192KW", 24, HashAlgorithmName.SHA384),
        Password("PBES2-HS512+A256KW", 32, HashAlgorithmName.SHA512),
    ];

    public string Name { get; }

    /// <summary>True when the key of the content follows from the recipient's: such a recipient is the only one.</summary>
    public bool ChoosesKey { get; }

    /// <summary>Bytes of the key that wraps; 0 where nothing is wrapped.</summary>
    private int WrapSize { get; }

    private string[] Operations { get; }

    public static JweKeyAlgorithm? Named(string? name) => All.FirstOrDefault(a => a.Name == name);

    public bool Fits(Jwk key) => _fits(key) && (key.Permits(Name, "enc", Operations) || (Name == "dir" && JweContent.Named(key.Algorithm) is not null && key.Permits(key.Algorithm!, "enc", Operations)));

    /// <summary>The key of the content; null when this key does not open it.</summary>
    public byte[]? Open(Jwk key, JoseHeader header, byte[] encryptedKey, JweContent content, JwePolicy policy) => _open(this, key, header, encryptedKey, content, policy);

    /// <summary>What the recipient gets for <paramref name="contentKey"/>, and the key really used.</summary>
    public Sealed Seal(Jwk key, byte[] contentKey, JweContent content, JweChance chance) => _seal(this, key, contentKey, content, chance);

    private static JweKeyAlgorithm RsaWith(string name, RSAEncryptionPadding padding) => new(
        name,
        0,
        choosesKey: false,
        ["unwrapKey", "decrypt", "wrapKey", "encrypt"],
        key => key.KeyType == "RSA",
        (_, key, _, encrypted, content, _) =>
        {
            // RFC 7516 section 11.5: what does not open is answered with a key drawn at random, so that only the content's tag says no.
            var random = RandomNumberGenerator.GetBytes(content.KeySize);
            using var rsa = key.Rsa(withPrivate: true);
            try
            {
                return rsa.Decrypt(encrypted, padding) is { } opened && opened.Length == content.KeySize ? opened : random;
            }
            catch (CryptographicException)
            {
                return random;
            }
        },
        (_, key, contentKey, _, _) =>
        {
            using var rsa = key.Rsa(withPrivate: false);
            return new(rsa.Encrypt(contentKey, padding), [], contentKey);
        });

    private static JweKeyAlgorithm Wrap(string name, int size) => new(
        name,
        size,
        choosesKey: false,
        ["unwrapKey", "wrapKey"],
        key => key.KeyType == "oct" && key.Part("k").Length == size,
        (_, key, _, encrypted, _, _) => AesKeyWrap.Unwrap(key.Part("k"), encrypted),
        (_, key, contentKey, _, _) => new(AesKeyWrap.Wrap(key.Part("k"), contentKey), [], contentKey));

    private static JweKeyAlgorithm GcmWrap(string name, int size) => new(
        name,
        size,
        choosesKey: false,
        ["unwrapKey", "wrapKey"],
        key => key.KeyType == "oct" && key.Part("k").Length == size,
        (_, key, header, encrypted, _, _) =>
        {
            if (header.Text("iv") is not { } ivText || header.Text("tag") is not { } tagText
                || !ExactBase64Url.TryDecode(ivText, 12, out var iv) || iv.Length != 12 || !ExactBase64Url.TryDecode(tagText, 16, out var tag) || tag.Length != 16)
            {
                return null;
            }

            var opened = new byte[encrypted.Length];
            using var gcm = new AesGcm(key.Part("k"), 16);
            try
            {
                gcm.Decrypt(iv, encrypted, tag, opened);
                return opened;
            }
            catch (CryptographicException)
            {
                return null;
            }
        },
        (_, key, contentKey, _, chance) =>
        {
            var iv = chance.WrapIv ?? RandomNumberGenerator.GetBytes(12);
            var (encrypted, tag) = (new byte[contentKey.Length], new byte[16]);
            using var gcm = new AesGcm(key.Part("k"), 16);
            gcm.Encrypt(iv, contentKey, encrypted, tag);
            return new(encrypted, [("tag", Quoted(ExactBase64Url.Encode(tag))), ("iv", Quoted(ExactBase64Url.Encode(iv)))], contentKey);
        });

    private static JweKeyAlgorithm Password(string name, int size, HashAlgorithmName hash)
    {
        byte[] Derive(Jwk key, byte[] salt, int rounds) =>
            Rfc2898DeriveBytes.Pbkdf2(key.Part("k"), [.. Encoding.ASCII.GetBytes(name), 0, .. salt], rounds, hash, size);

        return new(
            name,
            size,
            choosesKey: false,
            ["deriveKey", "deriveBits", "unwrapKey", "wrapKey"],
            key => key.KeyType == "oct",
            (_, key, header, encrypted, _, policy) =>
                header.Text("p2s") is { } saltText && ExactBase64Url.TryDecode(saltText, 1024, out var salt) && salt.Length >= 8
                && header.TryGet("p2c", out var count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out var rounds)
                && rounds >= JwePolicy.LeastRounds && rounds <= policy.MostRounds
                    ? AesKeyWrap.Unwrap(Derive(key, salt, rounds), encrypted)
                    : null,
            (_, key, contentKey, _, chance) =>
            {
                var salt = chance.Salt ?? RandomNumberGenerator.GetBytes(16);
                var rounds = chance.Salt is null ? JwePolicy.DefaultRounds : chance.Rounds;
                return new(
                    AesKeyWrap.Wrap(Derive(key, salt, rounds), contentKey),
                    [("p2s", Quoted(ExactBase64Url.Encode(salt))), ("p2c", rounds.ToString(CultureInfo.InvariantCulture))],
                    contentKey);
            });
    }

    private static JweKeyAlgorithm Agreement(string name, int wrapSize) => new(
        name,
        wrapSize,
        choosesKey: wrapSize == 0,
        ["deriveKey", "deriveBits"],
        key => key.KeyType == "EC" || (key.KeyType == "OKP" && key.Curve == "X25519"),
        OpenAgreement,
        SealAgreement);

    private static byte[]? OpenDirect(JweKeyAlgorithm self, Jwk key, JoseHeader header, byte[] encrypted, JweContent content, JwePolicy policy) =>
        encrypted.Length == 0 && key.Part("k").Length == content.KeySize ? key.Part("k").ToArray() : null;

    private static byte[]? OpenAgreement(JweKeyAlgorithm self, Jwk key, JoseHeader header, byte[] encrypted, JweContent content, JwePolicy policy)
    {
        if (!header.TryGet("epk", out var json) || !Jwk.TryRead(json, out var ephemeral, out _) || ephemeral.KeyType != key.KeyType || ephemeral.Curve != key.Curve
            || !TryParty(header, "apu", out var partyU) || !TryParty(header, "apv", out var partyV) || Agree(key, ephemeral) is not { } secret)
        {
            return null;
        }

        return self.WrapSize == 0
            ? encrypted.Length == 0 ? ConcatKdf.Derive(secret, content.Name, partyU, partyV, content.KeySize) : null
            : AesKeyWrap.Unwrap(ConcatKdf.Derive(secret, self.Name, partyU, partyV, self.WrapSize), encrypted);
    }

    private static Sealed SealAgreement(JweKeyAlgorithm self, Jwk key, byte[] contentKey, JweContent content, JweChance chance)
    {
        var ephemeral = chance.Ephemeral ?? Ephemeral(key);
        var secret = Agree(ephemeral, key) ?? throw new CryptographicException("The recipient's key agrees on nothing.");
        (string, string)[] members = [("epk", ephemeral.ToBareJson())];
        return self.WrapSize == 0
            ? new([], members, ConcatKdf.Derive(secret, content.Name, [], [], content.KeySize))
            : new(AesKeyWrap.Wrap(ConcatKdf.Derive(secret, self.Name, [], [], self.WrapSize), contentKey), members, contentKey);
    }

    private static Jwk Ephemeral(Jwk like)
    {
        if (like.KeyType == "EC")
        {
            using var pair = ECDiffieHellman.Create(JoseCurve.Named(like.Curve!)!.Curve);
            return Jwk.From(pair.ExportParameters(includePrivateParameters: true));
        }

        using var key = Key.Create(KeyAgreementAlgorithm.X25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        return Jwk.Exchange(key.PublicKey.Export(KeyBlobFormat.RawPublicKey), key.Export(KeyBlobFormat.RawPrivateKey));
    }

    private static byte[]? Agree(Jwk own, Jwk other)
    {
        if (own.KeyType == "EC")
        {
            using var pair = ECDiffieHellman.Create(own.Elliptic(withPrivate: true));
            using var peer = ECDiffieHellman.Create(other.Elliptic(withPrivate: false));
            using var publicKey = peer.PublicKey;
            return pair.DeriveRawSecretAgreement(publicKey);
        }

        using var key = Key.Import(KeyAgreementAlgorithm.X25519, own.Part("d"), KeyBlobFormat.RawPrivateKey);
        var parameters = new SharedSecretCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
        using var secret = PublicKey.TryImport(KeyAgreementAlgorithm.X25519, other.Part("x"), KeyBlobFormat.RawPublicKey, out var imported)
            ? KeyAgreementAlgorithm.X25519.Agree(key, imported!, in parameters)
            : null;
        return secret?.Export(SharedSecretBlobFormat.RawSharedSecret);
    }

    private static bool TryParty(JoseHeader header, string name, out byte[] bytes)
    {
        bytes = [];
        if (!header.Has(name))
        {
            return true;
        }

        var known = header.Text(name) is { } text && ExactBase64Url.TryDecode(text, 1024, out bytes!);
        bytes ??= [];
        return known;
    }

    private static string Quoted(string text) => $"\"{text}\"";

    /// <summary>What one recipient gets.</summary>
    /// <param name="EncryptedKey">Empty where nothing is wrapped.</param>
    /// <param name="Members">Header members it needs, as JSON.</param>
    /// <param name="ContentKey">The key of the content.</param>
    internal sealed record Sealed(byte[] EncryptedKey, (string Name, string Json)[] Members, byte[] ContentKey);
}
