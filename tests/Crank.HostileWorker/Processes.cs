using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Crank.Confinement;

namespace Crank.HostileWorker;

internal static unsafe class Processes
{
    private const nint TraceSeize = 0x4206;

    public static string Fork(int count)
    {
        var children = 0;
        for (var i = 0; i < count; i++)
        {
            var child = Libc.Fork();
            if (child == 0) Libc.ExitNow(0);
            if (child > 0) children++;
        }

        return $"children {children}";
    }

    public static string SignalParent() => Answer(Libc.Kill(Libc.ParentId(), 0));

    /// <summary>Asks that a pipe which becomes ready signals the parent (F_SETOWN, F_SETOWN_EX, F_SETSIG), without ever arming it.</summary>
    public static string SignalParentByPipe()
    {
        var owner = stackalloc int[] { 1, Libc.ParentId() };
        return $"{Answer(Libc.FileControl(0, 8, Libc.ParentId()))} {Answer(Libc.FileControl(0, 15, (nint)owner))} {Answer(Libc.FileControl(0, 10, 23))}";
    }

    /// <summary>Asks for the parent's processors and priority as they are.</summary>
    public static string SlowParent()
    {
        ulong processors = ulong.MaxValue;
        return $"{Answer(Libc.SetAffinity(Libc.ParentId(), sizeof(ulong), &processors))} {Answer(Libc.SetPriority(0, (uint)Libc.ParentId(), 0))}";
    }

    public static string TraceParent() => Answer(Libc.Trace(TraceSeize, Libc.ParentId(), 0, 0));

    /// <summary>Tries to outlive the parent, to be readable, and to raise a limit.</summary>
    public static string Loosen()
    {
        var more = stackalloc ulong[] { 1 << 20, 1 << 20 };
        return $"outlive={Answer(Libc.ProcessControl(1, 0, 0, 0, 0))} readable={Answer(Libc.ProcessControl(4, 1, 0, 0, 0))} raise={Answer(Libc.SetLimit(7, more))}";
    }

    /// <summary>Plays a controller that is about to be killed.</summary>
    public static string StartChildAndWait(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("crank-parent-").FullName;
        var canary = Path.Combine(folder, "canary");
        File.WriteAllText(canary, "");
        var temp = Directory.CreateDirectory(Path.Combine(folder, "temp")).FullName;
        var plan = new ConfinementPlan { ParentId = Environment.ProcessId, TempFolder = temp, Canary = canary };
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment.Clear();
        foreach (var (name, value) in WorkerEnvironment.Of(plan)) start.Environment[name] = value;
        using var child = Process.Start(start)!;
        Console.WriteLine(child.StandardOutput.ReadLine());
        Console.WriteLine(child.Id.ToString(CultureInfo.InvariantCulture));
        child.WaitForExit();
        return "child ended";
    }

    private static string Answer(nint result) => result == 0 ? "OK" : $"refused:{Marshal.GetLastPInvokeError()}";
}
