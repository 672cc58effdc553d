using System.Diagnostics;
using System.Text.Json;

namespace Crank.Cli.Tests.Running;

/// <summary>A <c>crank up</c> on the data folder of a scratch, on a free port.</summary>
internal sealed class RunningMesh : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private readonly Scratch _scratch;
    private readonly Process _process;

    private RunningMesh(Scratch scratch, Process process) => (_scratch, _process) = (scratch, process);

    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    public Uri Address => Addresses[0];

    public static async Task<RunningMesh> StartAsync(Scratch scratch, params string[] more)
    {
        var running = new RunningMesh(scratch, scratch.Start(["up", "--listen", "http://127.0.0.1:0", "--json", .. more]));
        var up = await running.LineAsync("\"event\":\"up\"");
        running.Addresses = [.. JsonDocument.Parse(up).RootElement.GetProperty("addresses").EnumerateArray().Select(a => new Uri(a.GetString()!))];
        return running;
    }

    /// <summary>The next line for people that holds a text; fails with all that was said when it ends before.</summary>
    public async Task<string> LineAsync(string text)
    {
        using var late = new CancellationTokenSource(s_patience);
        var said = new List<string>();
        while (await _process.StandardError.ReadLineAsync(late.Token) is { } line)
        {
            said.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        Assert.Fail($"'{text}' was not said, but:\n{string.Join('\n', said)}");
        return "";
    }

    public async Task SignalAsync(string signal) => (await _scratch.BashAsync($"kill -{signal} {_process.Id}")).Exits(0);

    /// <summary>Asks it to stop and waits for its end.</summary>
    public async Task<int> StopAsync(string signal)
    {
        await SignalAsync(signal);
        using var late = new CancellationTokenSource(s_patience);
        await _process.StandardError.ReadToEndAsync(late.Token);
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await StopAsync("TERM");
        }

        _process.Dispose();
    }
}
