using System.Diagnostics;

namespace Crank.Node.Workers;

/// <summary>The names of <see cref="KillReason"/>, as error codes of jobs.</summary>
public static class KillReasons
{
    /// <summary>The code, such as <c>worker-exit</c>.</summary>
    public static string ToCode(this KillReason reason) => reason switch
    {
        KillReason.Deadline => "deadline",
        KillReason.OutputCap => "output-cap",
        KillReason.Watchdog => "watchdog",
        KillReason.Cancelled => "cancelled",
        KillReason.Protocol => "worker-protocol",
        KillReason.WorkerExit => "worker-exit",
        KillReason.Closed => "closed",
        _ => throw new UnreachableException($"No code for {reason}."),
    };
}
