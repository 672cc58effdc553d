using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Crank.HostileWorker;

/// <summary>Everything a hostile document might make its parser do. Each attack answers with one line, where it can still answer.</summary>
internal static class Attacks
{
    private static readonly Dictionary<string, Func<string[], string>> All = new()
    {
        ["benign"] = _ => Benign.Run(),
        ["managed-uncaught"] = a => Balloons.Managed(Megabytes(a)),
        ["managed-caught"] = a => Balloons.ManagedCaught(Megabytes(a)),
        ["native"] = a => Balloons.Native(Megabytes(a)),
        ["shared"] = a => Balloons.Shared(Megabytes(a)),
        ["memfd"] = a => Balloons.FileInMemory(Megabytes(a)),
        ["loop"] = _ => Loop(),
        ["flood"] = a => Flood(Megabytes(a)),
        ["stack"] = _ => Overflow(0).ToString(CultureInfo.InvariantCulture),
        ["file"] = a => Files.Grow(Megabytes(a)),
        ["descriptors"] = a => Files.OpenMany(Megabytes(a)),
        ["read"] = a => Threads.OnEach(() => Files.Read(a[0])),
        ["write"] = a => Threads.OnEach(() => Files.Write(a[0])),
        ["rights"] = a => Files.Loosen(a[0]),
        ["inherited"] = a => Files.Inherited(a[0]),
        ["connect"] = a => Threads.OnEach(() => Network.Connect(Megabytes(a))),
        ["children"] = a => Processes.Fork(Megabytes(a)),
        ["signal"] = _ => Processes.SignalParent(),
        ["signal-by-pipe"] = _ => Processes.SignalParentByPipe(),
        ["slow-parent"] = _ => Processes.SlowParent(),
        ["trace"] = _ => Processes.TraceParent(),
        ["loosen"] = _ => Processes.Loosen(),
        ["environment"] = _ => string.Join(' ', Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal)),
        ["wait"] = _ => Console.In.ReadToEnd(),
        ["parent"] = Processes.StartChildAndWait,
    };

    public static string Run(string name, string[] arguments) => All[name](arguments);

    private static int Megabytes(string[] arguments) => int.Parse(arguments[0], CultureInfo.InvariantCulture);

    [DoesNotReturn]
    [SuppressMessage("Minor Code Smell", "S2190", Justification = "Endless is the point.")]
    private static string Loop()
    {
        ulong turns = 0;
        while (true) unchecked { turns++; }
    }

    private static string Flood(int megabytes)
    {
        using var output = Console.OpenStandardOutput();
        var megabyte = new byte[1 << 20];
        for (var i = 0; i < megabytes; i++) output.Write(megabyte);
        return "flooded";
    }

    private static int Overflow(int depth) => depth < 0 ? 0 : Overflow(depth + 1) + Overflow(depth + 2);
}
