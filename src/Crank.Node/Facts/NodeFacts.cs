using System.Globalization;
using System.Runtime.InteropServices;
using Crank.Core;

namespace Crank.Node.Facts;

/// <summary>What the machine is, as far as a power model needs it.</summary>
/// <param name="CpuModel">As the system names it; null when it does not.</param>
/// <param name="Cores">Logical cores that this process may use, 1 or more.</param>
/// <param name="Memory">Memory that this process may use.</param>
/// <param name="Architecture">Such as <c>x64</c>.</param>
public sealed record NodeFacts(string? CpuModel, int Cores, ByteCount Memory, string Architecture)
{
    private const int MaxModelLength = 128;
    private const string LinuxCpuFile = "/proc/cpuinfo";

    /// <summary>Reads the facts of this machine.</summary>
    public static NodeFacts Read() => new(
        OperatingSystem.IsLinux() ? ModelIn(Lines(LinuxCpuFile)) : null,
        Environment.ProcessorCount,
        new ByteCount(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
        RuntimeInformation.ProcessArchitecture.ToString().ToLower(CultureInfo.InvariantCulture));

    /// <returns>The value of the first line <c>model name : …</c>, at most 128 characters; null when there is none.</returns>
    internal static string? ModelIn(IEnumerable<string> lines) =>
        lines.Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .FirstOrDefault(parts => parts is ["model name", { Length: > 0 }])?[1] is { } model
            ? model[..Math.Min(model.Length, MaxModelLength)]
            : null;

    private static List<string> Lines(string path)
    {
        try
        {
            return File.ReadLines(path).Take(64).ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
