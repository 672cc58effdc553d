using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Crank.Trust.Canonical;

namespace Crank.Trust.Keys;

/// <summary>
/// The keys of one mesh in one folder: the private key in use and every public key that ever was, with the time of each. <c>ring.json</c> lists the
/// public keys; <c>HASH.key</c> holds the 32 bytes of the private one. Folder 0700, files 0600; anything wider is refused.
/// </summary>
public sealed class KeyRing : IDisposable
{
    /// <summary>The most keys a ring holds.</summary>
    public const int MaxKeys = 1000;

    private const string Format = "crank.keyring/1";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int MaxRingBytes = 1024 * 1024;

    private readonly string _folder;
    private List<TrustedKey> _keys;

    private KeyRing(string folder, List<TrustedKey> keys, SigningKey current) => (_folder, _keys, Current) = (folder, keys, current);

    /// <summary>The key to sign with.</summary>
    public SigningKey Current { get; private set; }

    /// <summary>Every public key, oldest first; the last one is <see cref="Current"/>'s and has no end.</summary>
    public IReadOnlyList<TrustedKey> Keys => _keys;

    /// <summary>Opens the ring of a folder, or makes folder, key and ring when there is none.</summary>
    /// <param name="folder">Usually <c>keys/</c> in the data folder.</param>
    /// <param name="name">The keys' name (<see cref="KeyName"/>): the origin of the mesh's log. A ring that exists must have the same.</param>
    /// <param name="now">When the first key comes into use.</param>
    /// <exception cref="KeyStoreException">The folder holds a ring that cannot be used.</exception>
    public static KeyRing OpenOrCreate(string folder, string name, DateTimeOffset now)
    {
        KeyName.Checked(name);
        OwnerOnlyFile.CreateFolder(folder);
        if (!File.Exists(RingPath(folder)))
        {
            var key = CreateKey(folder, name);
            List<TrustedKey> keys = [new(key.Public, Millis(now))];
            WriteRing(folder, keys);
            return new KeyRing(folder, keys, key);
        }

        var ring = Open(folder);
        if (ring.Current.Public.Name == name)
        {
            return ring;
        }

        var found = ring.Current.Public.Name;
        ring.Dispose();
        throw new KeyStoreException($"The keys in {folder} belong to '{found}', not to '{name}'. Use that name, or another data folder.");
    }

    /// <summary>Opens the ring of a folder.</summary>
    /// <exception cref="KeyStoreException">There is none, or it cannot be used.</exception>
    public static KeyRing Open(string folder)
    {
        if (!File.Exists(RingPath(folder)))
        {
            throw new KeyStoreException($"There are no keys in {folder}. Is it the right data folder?");
        }

        OwnerOnlyFile.CheckFolder(folder);
        var keys = ReadRing(folder);
        var current = keys[^1].Key;
        if (!File.Exists(KeyPath(folder, current)))
        {
            throw new KeyStoreException($"The private key {current.Id} is missing: {KeyPath(folder, current)}. Restore it from a backup; without it nothing can be signed.");
        }

        var seed = OwnerOnlyFile.Read(KeyPath(folder, current), SigningKey.SeedSize);
        try
        {
            if (seed.Length != SigningKey.SeedSize)
            {
                throw new KeyStoreException($"The key file {KeyPath(folder, current)} is damaged. Restore it from a backup.");
            }

            var key = SigningKey.FromSeed(current.Name, seed);
            if (key.Public.Equals(current))
            {
                return new KeyRing(folder, keys, key);
            }

            key.Dispose();
            throw new KeyStoreException($"The key file {KeyPath(folder, current)} holds another key than the ring names. Restore both from one backup.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Retires the key in use and starts with a new one. What the old key signed stays verifiable; its private half is deleted.</summary>
    /// <param name="at">The end of the old key's time and the beginning of the new one's.</param>
    /// <exception cref="KeyStoreException">The time lies before the old key's beginning, as after a clock was set back, or the ring is full.</exception>
    /// <remarks>A crash leaves either the old ring or the new one, whole; a private key that it leaves behind goes at the next rotation. Stop signing with the old key first: it is disposed.</remarks>
    public void Rotate(DateTimeOffset at)
    {
        var old = _keys[^1];
        at = Millis(at);
        if (at <= old.From)
        {
            throw new KeyStoreException($"The key in use began {Text(old.From.Value)}, which is not before {Text(at)}: the clock was set back. Set it right, then rotate.");
        }

        if (_keys.Count == MaxKeys)
        {
            throw new KeyStoreException($"The ring holds {MaxKeys} keys and takes no more.");
        }

        var key = CreateKey(_folder, old.Key.Name);
        List<TrustedKey> keys = [.. _keys.SkipLast(1), old with { Until = at }, new(key.Public, at)];
        WriteRing(_folder, keys);
        var retired = Current;
        (_keys, Current) = (keys, key);
        retired.Dispose();
        var inUse = Path.GetFileName(KeyPath(_folder, key.Public));
        foreach (var other in Directory.GetFiles(_folder, "*.key").Where(f => Path.GetFileName(f) != inUse))
        {
            File.Delete(other);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Current.Dispose();

    private static string RingPath(string folder) => Path.Combine(folder, "ring.json");

    private static string KeyPath(string folder, VerificationKey key) => Path.Combine(folder, key.Hash.ToString("x8", CultureInfo.InvariantCulture) + ".key");

    private static SigningKey CreateKey(string folder, string name)
    {
        Span<byte> seed = stackalloc byte[SigningKey.SeedSize];
        try
        {
            RandomNumberGenerator.Fill(seed);
            var key = SigningKey.FromSeed(name, seed);
            OwnerOnlyFile.Write(KeyPath(folder, key.Public), seed);
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    private static void WriteRing(string folder, List<TrustedKey> keys)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.Name("format"u8);
        json.String(Format);
        json.Name("keys"u8);
        json.StartArray();
        foreach (var key in keys)
        {
            json.StartObject();
            json.Name("from"u8);
            json.String(Text(key.From!.Value));
            json.Name("key"u8);
            json.String(key.Key.ToString());
            if (key.Until is { } until)
            {
                json.Name("until"u8);
                json.String(Text(until));
            }

            json.EndObject();
        }

        json.EndArray();
        json.EndObject();
        OwnerOnlyFile.Write(RingPath(folder), json.Written);
    }

    private static List<TrustedKey> ReadRing(string folder)
    {
        var path = RingPath(folder);
        var bytes = OwnerOnlyFile.Read(path, MaxRingBytes);
        try
        {
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            var root = json.RootElement;
            if (root.GetProperty("format").GetString() is var format && format != Format)
            {
                throw new KeyStoreException($"{path} has format '{format}'; this version reads '{Format}'. Use the version that wrote it, or a later one.");
            }

            var keys = root.GetProperty("keys").EnumerateArray().Take(MaxKeys + 1).Select(ReadKey).ToList();
            if (keys.Count is > 0 and <= MaxKeys && keys[^1].Until is null && keys.SkipLast(1).All(k => k.Until is not null))
            {
                return keys;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new KeyStoreException($"{path} is damaged: {e.Message} Restore it from a backup.", e);
        }

        throw new KeyStoreException($"{path} is damaged: exactly its last key is in use. Restore it from a backup.");
    }

    private static TrustedKey ReadKey(JsonElement entry)
    {
        var text = entry.GetProperty("key").GetString();
        if (!VerificationKey.TryParse(text, out var key))
        {
            throw new FormatException($"'{text}' is not a verifier key.");
        }

        return new TrustedKey(key, Time(entry.GetProperty("from")), entry.TryGetProperty("until", out var until) ? Time(until) : null);
    }

    private static DateTimeOffset Time(JsonElement text) =>
        DateTimeOffset.ParseExact(text.GetString() ?? "", TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Times are kept to the millisecond, so that a ring read back equals the one written.</summary>
    private static DateTimeOffset Millis(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
