using System.Runtime.InteropServices;

namespace Crank.Confinement.Linux;

/// <summary>A time as the system tells it (<c>struct timespec</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}
