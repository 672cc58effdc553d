using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Crank.Core;
using Crank.Mesh.Path;

namespace Crank.Load;

/// <summary>The requests that the measurements send.</summary>
internal static class Requests
{
    public static CapabilityName Echo { get; } = CapabilityName.Parse("echo");

    public static CapabilityName Convert { get; } = CapabilityName.Parse("doc.convert");

    public static CapabilityName Hash { get; } = CapabilityName.Parse("hash");

    /// <summary>An echo input of exactly 1,024 bytes: an object of 30 short members and one that fills up.</summary>
    public static byte[] OneKibibyte { get; } = Kibibyte();

    /// <summary>The body of an invocation of echo whose input has so many KiB: for more than one, a list of objects of one KiB each.</summary>
    public static byte[] Body(int kibibytes)
    {
        var one = Encoding.UTF8.GetString(OneKibibyte)["{\"message\":".Length..^1];
        return Encoding.UTF8.GetBytes($"{{\"input\":{{\"message\":{(kibibytes == 1 ? one : $"[{string.Join(',', Enumerable.Repeat(one, kibibytes))}]")}}}}}");
    }

    public static JobRequest Of(CapabilityName capability, ReadOnlyMemory<byte> input, Terms? terms = null, string? key = null, BlobSource? content = null, string member = "content") => new(
        TenantId.Owner, PrincipalId.Owner, capability, null, input,
        content is null ? ImmutableDictionary<string, BlobSource>.Empty : ImmutableDictionary<string, BlobSource>.Empty.Add(member, content),
        terms ?? Terms.Default, key);

    private static byte[] Kibibyte()
    {
        var text = new StringBuilder("{\"message\":{");
        for (var i = 0; i < 30; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"\"member{i:00}\":\"value {i:00}\",");
        }

        text.Append("\"rest\":\"");
        return Encoding.UTF8.GetBytes(text.Append('x', 1024 - text.Length - 3).Append("\"}}").ToString());
    }
}
