using System.Security.Cryptography;

namespace Crank.Rego.Builtins;

/// <summary>Hashes and message authentication codes as lower-case hexadecimal. The weak ones are here because OPA has them.</summary>
internal static class CryptoBuiltins
{
#pragma warning disable CA5350, CA5351 // Policies compare with digests that others made with these; nothing here relies on their strength.
    public static IEnumerable<Builtin> All =>
    [
        Hash("crypto.md5", MD5.HashData),
        Hash("crypto.sha1", SHA1.HashData),
        Hash("crypto.sha256", SHA256.HashData),
        Mac("crypto.hmac.md5", HMACMD5.HashData),
        Mac("crypto.hmac.sha1", HMACSHA1.HashData),
        Mac("crypto.hmac.sha256", HMACSHA256.HashData),
        Mac("crypto.hmac.sha512", HMACSHA512.HashData),
        new("crypto.hmac.equal", 2, true, static (_, a) => CryptographicOperations.FixedTimeEquals(Bytes.FromText(Operand.Text(a, 0)), Bytes.FromText(Operand.Text(a, 1)))),
    ];
#pragma warning restore CA5350, CA5351

    private static Builtin Hash(string name, Func<byte[], byte[]> hash) => new(name, 1, true, (context, a) =>
    {
        var text = Operand.Text(a, 0);
        context.Charge((text.Length / 16) + 1);
        return Convert.ToHexStringLower(hash(Bytes.FromText(text)));
    });

    private static Builtin Mac(string name, Func<byte[], byte[], byte[]> mac) => new(name, 2, true, (context, a) =>
    {
        var (text, key) = (Operand.Text(a, 0), Operand.Text(a, 1));
        context.Charge(((text.Length + key.Length) / 16) + 1);
        return Convert.ToHexStringLower(mac(Bytes.FromText(key), Bytes.FromText(text)));
    });
}
