using System.Diagnostics;
using System.Threading.Channels;

namespace Crank.Load.Processes;

/// <summary>A process that a measurement starts. Its lines can be heard; it ends, with everything below it, when it is no longer needed.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _said = [];
    private int _open = 2;

    private Child(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts a program with its streams redirected.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What its environment has beside ours.</param>
    public static Child Start(string program, IEnumerable<string> arguments, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new Child(new Process { StartInfo = start });
        child._process.OutputDataReceived += (_, line) => child.Take(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Take(line.Data);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Starts this program once more.</summary>
    public static Child StartOwn(IEnumerable<string> arguments, params ReadOnlySpan<(string Name, string Value)> environment) =>
        Start(Environment.ProcessPath!, [.. Own.Arguments, .. arguments], environment);

    public Task TellAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    /// <summary>Waits for a line that says it.</summary>
    /// <exception cref="InvalidOperationException">It ended, or said nothing of that kind in two minutes; the message has its last lines.</exception>
    public async Task<T> HearAsync<T>(Func<string, T?> find)
        where T : class
    {
        using var limit = new CancellationTokenSource(s_patience);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(limit.Token))
            {
                _said.Add(line);
                if (find(line) is { } found)
                {
                    return found;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Said below.
        }

        throw new InvalidOperationException($"{_process.StartInfo.FileName} did not say what was waited for; its last lines:\n{string.Join('\n', _said.TakeLast(20))}");
    }

    /// <summary>SIGKILL to the process alone, as a crash is.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to end (SIGTERM) and waits.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            using var ask = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await ask.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is not null)
        {
            _lines.Writer.TryWrite(line);
        }
        else if (Interlocked.Decrement(ref _open) == 0)
        {
            _lines.Writer.TryComplete();
        }
    }
}
