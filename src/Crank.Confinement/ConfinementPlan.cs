using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Crank.Confinement;

/// <summary>
/// What a worker may use, decided by its parent and carried to the child in one environment variable.
/// Prints as <c>stage=0;parent=1;…</c> with escaped paths, at most <see cref="MaxTextLength"/> characters.
/// </summary>
public sealed record ConfinementPlan
{
    /// <summary>The environment variable that carries a plan to the child.</summary>
    public const string Variable = "CRANK_CONFINEMENT";

    /// <summary>Longest printed plan that is read, in UTF-16 units.</summary>
    public const int MaxTextLength = 16 * 1024;

    /// <summary>Least memory a plan may give, in bytes: below it the runtime does not start.</summary>
    public const long MinMemoryBytes = 160L << 20;

    /// <summary>Least file size a plan may give, in bytes: below it the runtime does not start, since it sizes a file in memory.</summary>
    public const long MinFileBytes = 16L << 20;

    /// <summary>Part of the memory that is mapped from files, hence not counted as private memory by the system.</summary>
    private const long UncountedBytes = 32L << 20;

    /// <summary>0 before the limits are set, 1 in the program that starts under them.</summary>
    public int Stage { get; init; }

    /// <summary>Process id of the parent; the child stops when it has another.</summary>
    public required int ParentId { get; init; }

    /// <summary>Memory for everything, in bytes. Default 512 MiB.</summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>CPU time for the whole life of the process, in seconds. Default 120.</summary>
    public long CpuSeconds { get; init; } = 120;

    /// <summary>Largest file that may be written, in bytes. Default 64 MiB.</summary>
    public long FileBytes { get; init; } = 64L << 20;

    /// <summary>Open files at a time. Default 128.</summary>
    public long OpenFiles { get; init; } = 128;

    /// <summary>Address space, in bytes: a far net only, since the runtime reserves much more than it uses. Default 4 GiB.</summary>
    public long AddressBytes { get; init; } = 4L << 30;

    /// <summary>The layers wanted; what the system does not offer is missing from the proof.</summary>
    public ConfinementLayers Layers { get; init; } = ConfinementLayers.All;

    /// <summary>The one folder the worker may write, absolute.</summary>
    public required string TempFolder { get; init; }

    /// <summary>An existing file outside of what the worker may read, absolute; the proof tries to open it.</summary>
    public required string Canary { get; init; }

    /// <summary>Further folders the worker may read, absolute, such as a model store.</summary>
    public IReadOnlyList<string> ReadFolders { get; init; } = [];

    /// <summary>Limit on private writable memory, in bytes.</summary>
    public long DataBytes => MemoryBytes - UncountedBytes;

    /// <summary>Limit on managed memory, in bytes: 0.4 of the whole, so that a large document fails cleanly before the process does.</summary>
    public long GcBytes => MemoryBytes / 10 * 4;

    /// <summary>Reads a printed plan.</summary>
    /// <exception cref="FormatException">It is not one; the message names the part that is wrong.</exception>
    public static ConfinementPlan Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxTextLength) throw new FormatException($"A confinement plan has at most {MaxTextLength} characters; this one has {text.Length}.");
        var fields = new Dictionary<string, string>();
        foreach (var part in text.Split(';'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !fields.TryAdd(part[..equals], part[(equals + 1)..]))
                throw new FormatException($"A confinement plan is a list of name=value, each name once; '{part}' is not.");
        }

        var plan = new ConfinementPlan
        {
            Stage = (int)Number(fields, "stage", 0, 1),
            ParentId = (int)Number(fields, "parent", 1, int.MaxValue),
            MemoryBytes = Number(fields, "memory", MinMemoryBytes, 1L << 50),
            CpuSeconds = Number(fields, "cpu", 1, 1L << 40),
            FileBytes = Number(fields, "file", MinFileBytes, 1L << 50),
            OpenFiles = Number(fields, "files", 32, 1L << 20),
            AddressBytes = Number(fields, "address", 1L << 30, 1L << 50),
            Layers = (ConfinementLayers)Number(fields, "layers", 0, (long)ConfinementLayers.All),
            TempFolder = AbsolutePath(fields, "temp"),
            Canary = AbsolutePath(fields, "canary"),
            ReadFolders = Take(fields, "read") is { Length: > 0 } read ? [.. read.Split(',').Select(folder => Absolute("read", folder))] : [],
        };
        return fields.Count == 0 ? plan : throw new FormatException($"A confinement plan has no field '{fields.Keys.First()}'.");
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"stage={Stage};parent={ParentId};memory={MemoryBytes};cpu={CpuSeconds};file={FileBytes};files={OpenFiles};address={AddressBytes};layers={(int)Layers};temp={Uri.EscapeDataString(TempFolder)};canary={Uri.EscapeDataString(Canary)};read={string.Join(',', ReadFolders.Select(Uri.EscapeDataString))}");

    /// <summary>Whether a layer is wanted.</summary>
    internal bool Wants(ConfinementLayers layer) => (Layers & layer) == layer;

    private static string Take(Dictionary<string, string> fields, string name) =>
        fields.Remove(name, out var value) ? value : throw new FormatException($"A confinement plan needs the field '{name}'.");

    private static long Number(Dictionary<string, string> fields, string name, long least, long most) =>
        long.TryParse(Take(fields, name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException($"The field '{name}' of a confinement plan is a whole number from {least} to {most}.");

    private static string AbsolutePath(Dictionary<string, string> fields, string name) => Absolute(name, Take(fields, name));

    [return: NotNull]
    private static string Absolute(string name, string escaped) =>
        Uri.UnescapeDataString(escaped) is var path && Path.IsPathFullyQualified(path) && !path.Contains('\0', StringComparison.Ordinal)
            ? path
            : throw new FormatException($"The field '{name}' of a confinement plan is an absolute path.");
}
