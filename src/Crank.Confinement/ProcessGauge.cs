using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using Crank.Confinement.Linux;
using Microsoft.Win32.SafeHandles;

namespace Crank.Confinement;

/// <summary>Reads what one process uses, from outside of it. Cheap enough for every 10 ms. Safe for many callers at once.</summary>
public sealed class ProcessGauge : IDisposable
{
    private const int CpuClockOfProcess = 2;
    private readonly Process _process;
    private readonly SafeFileHandle? _memory;

    /// <summary>Watches a process that the caller started and will dispose.</summary>
    public ProcessGauge(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        _process = process;
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _memory = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/statm"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or hidden: the reading says 0, which proves no watch.
        }
    }

    /// <summary>Resident memory in bytes; 0 when the process is gone or may not be seen.</summary>
    public long ReadResidentBytes()
    {
        try
        {
            if (_memory is null) return OperatingSystem.IsLinux() ? 0 : Refreshed().WorkingSet64;
            Span<byte> line = stackalloc byte[128];
            var rest = line[..RandomAccess.Read(_memory, line, 0)];
            rest = rest[(rest.IndexOf((byte)' ') + 1)..];
            return Utf8Parser.TryParse(rest, out long pages, out _) ? pages * Environment.SystemPageSize : 0;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>CPU time since its start, all threads together; zero when the process is gone.</summary>
    public TimeSpan ReadCpuTime()
    {
        try
        {
            if (!OperatingSystem.IsLinux()) return Refreshed().TotalProcessorTime;
            var clock = (~_process.Id << 3) | CpuClockOfProcess;   // how the kernel numbers the CPU clock of another process
            return Libc.ReadClock(clock, out var time) == 0
                ? new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
                : TimeSpan.Zero;
        }
        catch (InvalidOperationException)
        {
            return TimeSpan.Zero;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _memory?.Dispose();

    private Process Refreshed()
    {
        _process.Refresh();
        return _process;
    }
}
