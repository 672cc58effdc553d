using System.Buffers.Text;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Crank.Rego.Builtins;
using Crank.Rego.Builtins.Keys;
using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>
/// The signature of a bundle: exactly one JWS in compact serialization (RFC 7515) whose claims list every file with its hash. Files that hold JSON or YAML are hashed
/// in canonical form: no white space, sorted keys.
/// </summary>
internal static class Signature
{
    private sealed record FileHash(string Algorithm, string Hash);

    /// <summary>The id of the key that signed; null when no signature is asked for and there is none.</summary>
    public static string? Verify(BundleFiles files, BundleOptions options)
    {
        if (options.Keys.Count == 0)
        {
            if (options.KeyId is not null || options.Scope.Length > 0)
            {
                throw new BundleException("A key id or scope is asked for, but no key is given.");
            }

            return files.Has(BundleFiles.Signatures) ? throw Wrong("the bundle is signed, and no key is given to verify it; give the key.") : null;
        }

        if (!files.Has(BundleFiles.Signatures))
        {
            throw new BundleException("The bundle is not signed, and a signature is asked for.");
        }

        var parts = Token(files.Document(BundleFiles.Signatures)).Split('.');
        if (parts.Length != 3)
        {
            throw Wrong("the token must have three parts.");
        }

        var header = Json(parts[0]);
        var claims = Json(parts[1]);
        var key = KeyOf(options, header, claims);
        if (Text(header, "alg") != key.Algorithm)
        {
            throw Wrong($"the token's algorithm is not that of key {key}.");
        }

        if (header.ContainsKey("crit"))
        {
            throw Wrong("critical headers (crit) are not supported.");
        }

        if (!IsSignedBy(key, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decoded(parts[2])))
        {
            throw Wrong($"the signature was not made with key {key}.");
        }

        if (Text(claims, "scope") != options.Scope)
        {
            throw Wrong($"the scope is not '{options.Scope}'.");
        }

        Compare(files, Listed(claims));
        return key.Id;
    }

    /// <summary>The content of the file that signs all files with a new token.</summary>
    public static string Make(BundleFiles files, BundleSigner signer)
    {
        var listed = new ArrayBuilder();
        foreach (var path in files.Paths.Where(static path => path != BundleFiles.Signatures))
        {
            listed.Add(Object(("name", path), ("hash", Convert.ToHexStringLower(SHA256.HashData(Content(files, path)))), ("algorithm", "SHA-256")));
        }

        var claims = new ObjectBuilder();
        foreach (var (name, value) in signer.Claims)
        {
            claims.Set(name, value);
        }

        claims.Set("files", listed.ToArray());
        if (signer.Scope.Length > 0)
        {
            claims.Set("scope", signer.Scope);
        }

        var id = signer.KeyId.Length > 0 ? signer.KeyId : Text(signer.Claims, "keyid");
        var header = id.Length > 0 ? Object(("alg", signer.Algorithm), ("kid", id)) : Object(("alg", signer.Algorithm));
        var signed = $"{Encoded(header)}.{Encoded(claims.ToObject())}";
        var signatures = new ArrayBuilder(1);
        signatures.Add($"{signed}.{Base64Url.EncodeToString(SignedWith(signer, Encoding.ASCII.GetBytes(signed)))}");
        return JsonOut.Write(Object(("signatures", signatures.ToArray())));
    }

    /// <summary>What a signature says of itself, unverified; null when there is none.</summary>
    public static SignatureSummary? Summarize(BundleFiles files)
    {
        if (!files.Has(BundleFiles.Signatures))
        {
            return null;
        }

        var parts = Token(files.Document(BundleFiles.Signatures)).Split('.');
        if (parts.Length != 3)
        {
            throw Wrong("the token must have three parts.");
        }

        var (header, claims) = (Json(parts[0]), Json(parts[1]));
        return new(Text(header, "alg"), Text(header, "kid") is { Length: > 0 } kid ? kid : Text(claims, "keyid"), Text(claims, "scope"), Listed(claims).Count);
    }

    public static string AlgorithmFor(string privateKey) => AlgorithmFor(PrivateKey(privateKey));

    public static string AlgorithmForVerifying(string publicKey)
    {
        try
        {
            return KeyReader.PublicKeys(publicKey) is [var only] ? AlgorithmFor(only) : throw new BundleException("There must be exactly one public key.");
        }
        catch (BuiltinException broken)
        {
            throw new BundleException($"It holds no public key: {broken.Message}", broken);
        }
    }

    private static string AlgorithmFor(SigningKey key) => key switch
    {
        SigningKey.Rsa => "RS256",
        SigningKey.Ecdsa { Parameters.Q.X.Length: 32 } => "ES256",
        SigningKey.Ecdsa { Parameters.Q.X.Length: 48 } => "ES384",
        SigningKey.Ecdsa => "ES512",
        _ => throw new BundleException("Bundles are signed with RSA and elliptic curves, or a shared secret; not with this kind of key."),
    };

    private static byte[] SignedWith(BundleSigner signer, byte[] bytes)
    {
        if (!KeyReader.IsTokenAlgorithm(signer.Algorithm) || signer.Algorithm == "EdDSA")
        {
            throw new BundleException($"'{signer.Algorithm}' is no algorithm for bundles: they are signed with HS, RS, PS or ES and 256, 384 or 512.");
        }

        if (signer.Key.Length == 0)
        {
            throw new BundleException("The key to sign with is empty.");
        }

        try
        {
            return (signer.Algorithm[0] == 'H' ? new SigningKey.Secret(Encoding.UTF8.GetBytes(signer.Key)) : PrivateKey(signer.Key)).Sign(signer.Algorithm, bytes);
        }
        catch (Exception broken) when (broken is BuiltinException or CryptographicException)
        {
            throw new BundleException($"The key to sign with is none for {signer.Algorithm}: {broken.Message}", broken);
        }
    }

    private static SigningKey PrivateKey(string text)
    {
        try
        {
            foreach (var (label, bytes, _) in Pem.Read(text))
            {
                if (label == "ENCRYPTED PRIVATE KEY")
                {
                    throw new BundleException("The private key is encrypted; decrypt it first (openssl pkey -in KEY -out PLAIN), into a file that you alone can read.");
                }

                // A file of an elliptic curve may begin with the curve.
                if (label != "EC PARAMETERS")
                {
                    return KeyReader.PrivateKey(label, bytes) ?? throw new BundleException($"A private key is needed, and the text holds a block '{label}'.");
                }
            }
        }
        catch (Exception broken) when (broken is BuiltinException or CryptographicException or AsnContentException or LimitException)
        {
            throw new BundleException($"The private key cannot be read: {broken.Message}", broken);
        }

        throw new BundleException("The text holds no private key in PEM.");
    }

    private static ObjectValue Object(params ReadOnlySpan<(string Name, Value Value)> members)
    {
        var made = new ObjectBuilder(members.Length);
        foreach (var (name, value) in members)
        {
            made.Set(name, value);
        }

        return made.ToObject();
    }

    private static string Encoded(ObjectValue value) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonOut.Write(value)));

    private static byte[] Content(BundleFiles files, string path) => BundleFiles.IsStructured(path) ? Encoding.UTF8.GetBytes(JsonOut.Write(files.Document(path))) : files.Bytes(path);

    private static string Token(in Value document)
    {
        if (document.Kind != ValueKind.Object)
        {
            throw Wrong("must be an object.");
        }

        if (Text(document.AsObject(), "plugin") is not ("" or "_default"))
        {
            throw Wrong("signature plugins are not supported.");
        }

        return document.AsObject().Get("signatures") is { Kind: ValueKind.Array } list && list.AsArray() is { Count: 1 } tokens && tokens[0].TryGetString(out var token)
            ? token
            : throw Wrong("signatures must be a list of exactly one token.");
    }

    // The configured id wins over whatever the bundle says.
    private static BundleKey KeyOf(BundleOptions options, ObjectValue header, ObjectValue claims)
    {
        var id = options.KeyId ?? (Text(header, "kid") is { Length: > 0 } kid ? kid : Text(claims, "keyid"));
        var matching = id.Length == 0 && options.Keys.Count == 1 ? options.Keys : [.. options.Keys.Where(key => key.Id == id)];
        return matching.Count == 1 ? matching[0] : throw Wrong(id.Length == 0 ? "it names no key; say which one signed." : $"there must be exactly one key '{id}' to verify it with.");
    }

    private static bool IsSignedBy(BundleKey key, byte[] signed, byte[] signature)
    {
        try
        {
            return Signer(key).Verify(key.Algorithm, signed, signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
        catch (BuiltinException broken)
        {
            throw new BundleException($"Key {key} cannot be read: {broken.Message}", broken);
        }
    }

    private static SigningKey Signer(BundleKey key)
    {
        if (!KeyReader.IsTokenAlgorithm(key.Algorithm) || key.Algorithm == "EdDSA")
        {
            throw new BundleException($"Key {key}: bundles are signed with HS, RS, PS or ES and 256, 384 or 512.");
        }

        if (key.Text.Length == 0)
        {
            throw new BundleException($"Key {key} is empty.");
        }

        if (key.Algorithm[0] == 'H')
        {
            return new SigningKey.Secret(Encoding.UTF8.GetBytes(key.Text));
        }

        return KeyReader.PublicKeys(key.Text) is [var only] ? only : throw new BundleException($"Key {key} must hold exactly one public key.");
    }

    private static Dictionary<string, FileHash> Listed(ObjectValue claims)
    {
        var listed = new Dictionary<string, FileHash>(StringComparer.Ordinal);
        foreach (var file in claims.Get("files") is { Kind: ValueKind.Array } files ? files.AsArray() : throw Wrong("the token lists no files."))
        {
            var members = file.Kind == ValueKind.Object ? file.AsObject() : throw Wrong("the token's files must be objects.");
            var path = string.Join('/', BundleFiles.Clean(Text(members, "name")));
            if (!listed.TryAdd(path, new(Text(members, "algorithm"), Text(members, "hash"))))
            {
                throw Wrong($"{path} is listed twice.");
            }
        }

        return listed;
    }

    private static void Compare(BundleFiles files, Dictionary<string, FileHash> listed)
    {
        foreach (var path in files.Paths.Where(static path => path != BundleFiles.Signatures))
        {
            if (!listed.Remove(path, out var file))
            {
                throw Wrong($"{path} is not listed.");
            }

            if (!Convert.ToHexStringLower(Hash(file.Algorithm, Content(files, path))).Equals(file.Hash, StringComparison.OrdinalIgnoreCase))
            {
                throw Wrong($"{path} is not what was signed.");
            }
        }

        if (listed.Count > 0)
        {
            throw Wrong($"{listed.Keys.First()} is listed and missing.");
        }
    }

    private static byte[] Hash(string algorithm, byte[] content) => algorithm switch
    {
        "SHA-256" => SHA256.HashData(content),
        "SHA-384" => SHA384.HashData(content),
        "SHA-512" => SHA512.HashData(content),
        "MD5" or "SHA-1" => throw Wrong($"{algorithm} is broken and refused; sign with SHA-256."),
        _ => throw Wrong($"the hash '{algorithm}' is not supported; sign with SHA-256, SHA-384 or SHA-512."),
    };

    private static ObjectValue Json(string part)
    {
        try
        {
            return JsonIn.Read(Decoded(part)) is { Kind: ValueKind.Object } value ? value.AsObject() : throw Wrong("a part of the token is no object.");
        }
        catch (ValueFormatException broken)
        {
            throw Wrong($"a part of the token is no JSON: {broken.Message}");
        }
    }

    private static byte[] Decoded(string part)
    {
        try
        {
            return EncodingBuiltins.FromBase64Url(part);
        }
        catch (BuiltinException)
        {
            throw Wrong("a part of the token is no base64url.");
        }
    }

    private static string Text(ObjectValue members, string name) => members.Get(name) is not { IsDefined: true } value
        ? ""
        : value.TryGetString(out var text) ? text : throw Wrong($"{name} must be a string.");

    private static BundleException Wrong(string why) => new($"{BundleFiles.Signatures}: {why}");
}
