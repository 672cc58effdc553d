using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Crank.Conformance.Docs;

/// <summary>One long-lived converting process under the memory limits of a worker.</summary>
internal sealed class DocsHostileProcess : IDisposable
{
    private const string ManagedBytes = "CCCCCCC";
    private const int DataKibibytes = 480 * 1024;

    private readonly Process _process;

    public DocsHostileProcess()
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"ulimit -d {DataKibibytes}; exec \"$@\""));
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(DocsHostileProcess).Assembly.Location);
        }

        start.ArgumentList.Add(DocsHostileWorker.Argument);
        start.Environment["DOTNET_GCHeapHardLimit"] = ManagedBytes;
        start.Environment["DOTNET_gcConcurrent"] = "0";
        _process = Process.Start(start)!;
    }

    /// <summary>The most memory that the process has had resident so far.</summary>
    public long PeakBytes => StatusKibibytes("VmHWM:") * 1024;

    public bool HasChildren => Directory.Exists($"/proc/{_process.Id}/task")
        && Directory.GetDirectories($"/proc/{_process.Id}/task").Any(t => File.Exists($"{t}/children") && File.ReadAllText($"{t}/children").Trim().Length > 0);

    /// <summary>The answer and how long it took; null when the process died or did not answer in time.</summary>
    public async Task<(DocsHostileReply? Reply, TimeSpan Took)> AskAsync(string file, TimeSpan within, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(within);
        try
        {
            await _process.StandardInput.WriteLineAsync(file.AsMemory(), deadline.Token);
            await _process.StandardInput.FlushAsync(deadline.Token);
            var line = await _process.StandardOutput.ReadLineAsync(deadline.Token);
            return (line is null ? null : JsonSerializer.Deserialize<DocsHostileReply>(line), Stopwatch.GetElapsedTime(started));
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, Stopwatch.GetElapsedTime(started));
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private long StatusKibibytes(string key)
    {
        var file = $"/proc/{_process.Id}/status";
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal)) : null;
        return line is null ? 0 : long.Parse(line.AsSpan(key.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
