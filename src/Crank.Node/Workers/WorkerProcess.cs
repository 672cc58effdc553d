using System.Diagnostics;
using Crank.Confinement;
using Crank.Core;
using Crank.Session;
using Crank.Session.Controller;

namespace Crank.Node.Workers;

/// <summary>One living worker: its process, its session, its private folder, and what its parent sees of it.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly ProcessGauge _gauge;
    private readonly ErrorTail _errors;
    private readonly string _temp;
    private readonly long _memoryBytes;
    private readonly bool _watched;
    private readonly TimeSpan _cpuWhenReady;
    private readonly Task<int> _exit;
    private int _killReason;
    private long _cpuTicks;
    private long _peakBytes;

    private WorkerProcess(WorkerId id, Process process, ConfinementPlan plan, WorkerConnection connection, ErrorTail errors, ProcessGauge gauge, Task<int> exit)
    {
        (Id, _process, Connection, _errors, _gauge, _exit) = (id, process, connection, errors, gauge, exit);
        (_temp, _memoryBytes) = (plan.TempFolder, plan.MemoryBytes);
        _watched = (plan.Layers & ConfinementLayers.Watchdog) == ConfinementLayers.Watchdog;
        (Isolation, Missing) = IsolationSummary.Of(
            plan.Layers, connection.Hello.Isolation, ProcessEvidence.Contradictions(process.Id, plan with { Stage = 1 }), gauge.ReadResidentBytes() > 0);
        Sample();
        _cpuWhenReady = Cpu;
    }

    public WorkerId Id { get; }

    public int ProcessId => _process.Id;

    public WorkerConnection Connection { get; }

    public Isolation Isolation { get; }

    /// <summary>The layers that do not stand, each with the reason.</summary>
    public IReadOnlyList<MissingLayer> Missing { get; }

    /// <summary>Jobs on it now. Guarded by the pool.</summary>
    public int InUse { get; set; }

    /// <summary>Whether the jobs on it are concurrent ones. Guarded by the pool.</summary>
    public bool IsShared { get; set; }

    /// <summary>What the last job left is being removed. Guarded by the pool.</summary>
    public bool IsTidying { get; set; }

    /// <summary>No more jobs. Set once, never back.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Exclusive jobs so far. Guarded by the pool.</summary>
    public int ExclusiveJobs { get; set; }

    /// <summary>All jobs that ended so far. Guarded by the pool.</summary>
    public long JobsEnded { get; set; }

    /// <summary>What one job took on the mean, of all so far; the first is charged with all that the worker has used since it was ready.</summary>
    public TimeSpan MeanJobCpu => (Cpu - _cpuWhenReady) / Math.Max(1, JobsEnded);

    /// <summary>The parent's own reason, the first given; null while there is none.</summary>
    public KillReason? KilledFor => Volatile.Read(ref _killReason) is var reason and not 0 ? (KillReason)reason : null;

    /// <summary>CPU time as last seen; it survives the process.</summary>
    public TimeSpan Cpu => new(Volatile.Read(ref _cpuTicks));

    /// <summary>Largest resident size seen since <see cref="BeginPeak"/>, in bytes.</summary>
    public long PeakBytes => Volatile.Read(ref _peakBytes);

    /// <exception cref="WorkerStartException">It did not start, did not speak, or did not confine itself as this system could.</exception>
    public static async Task<WorkerProcess> StartAsync(
        WorkerId id, WorkerProgram program, WorkerSettings settings, string root, Spawner spawner, CancellationToken cancellationToken)
    {
        var temp = Path.Combine(root, id.Value);
        Directory.CreateDirectory(temp);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(temp, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var plan = new ConfinementPlan
        {
            ParentId = Environment.ProcessId,
            MemoryBytes = settings.MemoryBytes,
            CpuSeconds = settings.CpuSeconds,
            FileBytes = settings.FileBytes,
            Layers = settings.Layers,
            TempFolder = temp,
            Canary = Path.Combine(root, WorkerFolders.CanaryName),
            ReadFolders = program.ReadFolders,
        };
        Process process;
        try
        {
            process = await spawner.StartAsync(StartOf(program, plan));
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            WorkerFolders.Delete(temp);
            throw new WorkerStartException(WorkerErrors.Start, $"The worker program '{program.Executable}' could not be started: {e.Message}", e);
        }

        return await IntroduceAsync(id, program, settings, plan, process, cancellationToken);
    }

    /// <summary>Reads the gauges, and kills the worker when it holds more memory than it may.</summary>
    public void Sample()
    {
        var resident = _gauge.ReadResidentBytes();
        if (resident > Volatile.Read(ref _peakBytes)) Volatile.Write(ref _peakBytes, resident);
        var cpu = _gauge.ReadCpuTime().Ticks;
        if (cpu > Volatile.Read(ref _cpuTicks)) Volatile.Write(ref _cpuTicks, cpu);
        if (_watched && resident > _memoryBytes) Kill(KillReason.Watchdog);
    }

    /// <summary>Forgets the peak of earlier jobs.</summary>
    public void BeginPeak()
    {
        Volatile.Write(ref _peakBytes, 0);
        Sample();
    }

    /// <returns>Resident memory now, in bytes.</returns>
    public long ReadResidentBytes() => _gauge.ReadResidentBytes();

    /// <summary>Ends the process at once. The first reason given is the one that counts.</summary>
    public void Kill(KillReason reason)
    {
        Interlocked.CompareExchange(ref _killReason, (int)reason, 0);
        KillProcess(_process);
    }

    /// <summary>Waits for the end of the process; one that closed its session and lives on is killed.</summary>
    /// <returns>The exit code, 128 + signal where a signal ended it.</returns>
    public async Task<int> ExitAsync()
    {
        try
        {
            return await _exit.WaitAsync(ExitPatience);
        }
        catch (TimeoutException)
        {
            Kill(KillReason.Protocol);
            return await _exit;
        }
    }

    /// <summary>The end of its standard error, safe to show.</summary>
    public string ErrorText() => _errors.ToString();

    /// <summary>Removes what a job left in the private folder, so that the next one does not find it.</summary>
    public void EmptyTemp()
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(_temp))
        {
            if (Directory.Exists(entry)) Directory.Delete(entry, recursive: true);
            else File.Delete(entry);
        }
    }

    /// <summary>Lets it end in order for a moment, then by force; removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (KilledFor is null && Connection.InFlight == 0)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(250));
            try
            {
                await Connection.CloseAsync(patience.Token);
                await _exit.WaitAsync(patience.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SessionException)
            {
                // It did not end in order; it ends below.
            }
        }

        Kill(KillReason.Closed);
        await Connection.DisposeAsync();
        await _exit;
        _gauge.Dispose();
        _process.Dispose();
        WorkerFolders.Delete(_temp);
    }

    private static async Task<WorkerProcess> IntroduceAsync(
        WorkerId id, WorkerProgram program, WorkerSettings settings, ConfinementPlan plan, Process process, CancellationToken cancellationToken)
    {
        var errors = new ErrorTail(process.StandardError.BaseStream);
        var reading = errors.ReadAsync();
        var exit = ExitCodeOfAsync(process);
        var gauge = new ProcessGauge(process);
        try
        {
            using var late = new CancellationTokenSource(settings.StartTimeout);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            var connection = await WorkerConnection.ConnectAsync(
                process.StandardOutput.BaseStream, process.StandardInput.BaseStream, settings.MaxConcurrentJobs, either.Token);
            var worker = new WorkerProcess(id, process, plan, connection, errors, gauge, exit);
            if (worker.Isolation.Level >= settings.MinIsolation) return worker;
            await worker.DisposeAsync();
            throw new WorkerStartException(
                WorkerErrors.Isolation,
                $"The worker {id} is isolated only by '{worker.Isolation}'; {settings.MinIsolation} is demanded. Missing: {string.Join("; ", worker.Missing.Select(m => $"{m.Layer} ({m.Why})"))}. Accept less in the settings, or use another machine.");
        }
        catch (Exception e) when (e is SessionException or OperationCanceledException)
        {
            KillProcess(process);
            var code = await exit;
            await Task.WhenAny(reading, Task.Delay(ExitPatience, CancellationToken.None));   // a child that it left behind may hold its end open
            gauge.Dispose();
            WorkerFolders.Delete(plan.TempFolder);
            cancellationToken.ThrowIfCancellationRequested();
            var why = e is OperationCanceledException ? $"did not introduce itself within {settings.StartTimeout.TotalSeconds:0.#} s" : e.Message;
            process.Dispose();
            throw new WorkerStartException(WorkerErrors.Start, $"The worker program '{program.Executable}' did not start (worker-exit {code}): {why} It said: {errors}", e);
        }
    }

    private static ProcessStartInfo StartOf(WorkerProgram program, ConfinementPlan plan)
    {
        var start = new ProcessStartInfo(program.Executable, program.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = plan.TempFolder,
        };
        if ((plan.Layers & ConfinementLayers.Environment) == ConfinementLayers.Environment) start.Environment.Clear();
        foreach (var (name, value) in WorkerEnvironment.Of(plan)) start.Environment[name] = value;
        return start;
    }

    private static async Task<int> ExitCodeOfAsync(Process process)
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static void KillProcess(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended already.
        }
    }
}
