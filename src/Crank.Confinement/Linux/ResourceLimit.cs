using System.Runtime.InteropServices;

namespace Crank.Confinement.Linux;

/// <summary>A limit as the system keeps it (<c>struct rlimit</c>): what holds, and up to where the process may raise it itself.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceLimit
{
    public ulong Soft;
    public ulong Hard;
}
