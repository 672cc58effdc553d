using System.Buffers.Binary;
using System.Globalization;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>UUIDs (RFC 9562): new ones from the decision's chance, and the fields of given ones.</summary>
internal static class UuidBuiltins
{
    // 100-nanosecond steps between 1582-10-15, where UUID time starts, and 1970.
    private const long EpochOffset = 0x01B21DD213814000;

    public static IEnumerable<Builtin> All =>
    [
        new("uuid.rfc4122", 1, false, New),
        new("uuid.parse", 1, true, Parse),
    ];

    private static Value New(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        _ = Operand.Text(arguments, 0);
        var bytes = (stackalloc byte[16]);
        context.Chance.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D", CultureInfo.InvariantCulture);
    }

    private static Value Parse(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var text = Operand.Text(arguments, 0);
        var hex = text.Length switch
        {
            36 => text,
            45 when text.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase) => text[9..],
            38 => text[1..^1],
            32 => $"{text[..8]}-{text[8..12]}-{text[12..16]}-{text[16..20]}-{text[20..]}",
            _ => "",
        };
        if (!Guid.TryParseExact(hex, "D", out var uuid))
        {
            throw new BuiltinException(text.Length is 36 or 45 or 38 or 32 ? "invalid UUID format" : $"invalid UUID length: {text.Length}");
        }

        var bytes = uuid.ToByteArray(bigEndian: true);
        var version = bytes[6] >> 4;
        var result = new ObjectBuilder();
        result.Set("version", version);
        result.Set("variant", (bytes[8] >> 5) switch
        {
            <= 3 => "Reserved",
            4 or 5 => "RFC4122",
            6 => "Microsoft",
            _ => "Future",
        });
        if (version is 1 or 2)
        {
            var low = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            var time = ((long)(BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(6)) & 0x0FFF) << 48) | ((long)BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(4)) << 32) | low;
            result.Set("time", BigNumber.Of(((System.Numerics.BigInteger)time - EpochOffset) * 100));
            result.Set("nodeid", string.Join('-', bytes.AsSpan(10).ToArray().Select(static b => b.ToString("x2", CultureInfo.InvariantCulture))));
            result.Set("macvariables", $"{((bytes[10] & 2) != 0 ? "local" : "global")}:{((bytes[10] & 1) != 0 ? "multicast" : "unicast")}");
            result.Set("clocksequence", BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(8)) & 0x3FFF);
            if (version == 2)
            {
                result.Set("id", low);
                result.Set("domain", bytes[9] switch { 0 => "Person", 1 => "Group", 2 => "Org", var other => $"Domain{other}" });
            }
        }

        return result.ToObject();
    }
}
