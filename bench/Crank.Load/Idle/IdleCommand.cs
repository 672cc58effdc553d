using System.Diagnostics;
using System.Globalization;
using Crank.Load.Http;
using Crank.Load.Processes;

namespace Crank.Load.Idle;

/// <summary>Holds ten thousand idle connections to a running gateway: what each costs, whether it still answers, and whether the rules cut them off.</summary>
internal static class IdleCommand
{
    private const int AtOnce = 64;
    private const int Buffer = 2048;
    private const int Room = 100;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(Options options)
    {
        var (wanted, keepAlive) = (options.Number("--connections", 10_000), options.Number("--keep-alive", 120));
        var hard = HardLimit();
        if (hard < wanted + 500)
        {
            Console.WriteLine($"A process may open {hard:N0} files here at most, and {wanted:N0} connections need some more than that: raise the hard limit (ulimit -Hn), or take fewer with --connections.");
            return 2;
        }

        using var scratch = new Scratch();
        await using var crank = await CrankServer.StartAsync(
            options.Text("--crank", ""), scratch.Folder("mesh"), string.Create(CultureInfo.InvariantCulture, $"limits.keepAlive={keepAlive}s"),
            string.Create(CultureInfo.InvariantCulture, $"limits.connections={wanted + Room}"));
        var findings = new List<string>();
        await AskAsync(crank);
        await Task.Delay(s_settle);
        var before = ProcessTree.Resident(crank.Id);
        var began = Stopwatch.GetTimestamp();
        var idle = await OpenAsync(crank, wanted);
        var opened = Stopwatch.GetElapsedTime(began);
        await Task.Delay(s_settle);
        var during = ProcessTree.Resident(crank.Id);
        var (answered, slowest) = await AskAsync(crank);
        if (answered < AtOnce)
        {
            findings.Add($"Of {AtOnce} jobs beside them {answered} were answered.");
        }

        var held = idle.Count(c => !c.IsClosed);
        if (held < wanted)
        {
            findings.Add($"Only {held} of {wanted} were open still.");
        }

        var beyond = await OpenAsync(crank, 2 * Room);
        var refused = (2 * Room) - beyond.Count;
        if (refused < Room)
        {
            findings.Add($"There is room for {Room} more, and of {2 * Room} more only {refused} were refused.");
        }

        beyond.ForEach(c => c.Dispose());
        var patience = TimeSpan.FromSeconds(keepAlive + 60);
        for (began = Stopwatch.GetTimestamp(); idle.Any(c => !c.IsClosed) && Stopwatch.GetElapsedTime(began) < patience;)
        {
            await Task.Delay(1_000);
        }

        var left = idle.Count(c => !c.IsClosed);
        if (left > 0)
        {
            findings.Add($"{left} were not cut off after {keepAlive} s.");
        }

        idle.ForEach(c => c.Dispose());
        var (afterwards, _) = await AskAsync(crank);
        if (afterwards < AtOnce)
        {
            findings.Add($"After them {afterwards} of {AtOnce} jobs were answered.");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{held:N0} idle connections, opened and answered once each in {opened.TotalSeconds:0.0} s (hard limit of open files {hard:N0}): resident {Mebibytes(before):0} MiB before, {Mebibytes(during):0} MiB with them, {(during - before) / 1024.0 / wanted:0.0} KiB each; {answered} jobs beside them, the slowest {slowest.TotalMilliseconds:0} ms; of {2 * Room} beyond the limit {refused} refused; after {keepAlive} s idle {held - left:N0} cut off; resident {Mebibytes(ProcessTree.Resident(crank.Id)):0} MiB after; {(findings.Count == 0 ? "all rules held" : "FAILED: " + string.Join(' ', findings))}"));
        return findings.Count == 0 ? 0 : 1;
    }

    private static double Mebibytes(long bytes) => bytes / (1024.0 * 1024);

    /// <summary>Opens so many connections, asks one small thing on each, and leaves them open; those that the server refuses are not among them.</summary>
    private static async Task<List<RawConnection>> OpenAsync(CrankServer crank, int wanted)
    {
        var request = RawConnection.Request(new Uri(crank.Address, "/v1/capabilities/echo"), crank.Key, []);
        var open = new List<RawConnection>(wanted);
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) <= wanted)
            {
                var connection = await RawConnection.OpenAsync(RawConnection.Server(crank.Address), Buffer);
                try
                {
                    await connection.ExchangeAsync(request);
                    lock (open)
                    {
                        open.Add(connection);
                    }
                }
                catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
                {
                    connection.Dispose();
                }
            }
        })));
        return open;
    }

    /// <summary>Runs some jobs, one after the other, each on a connection of its own.</summary>
    private static async Task<(int Answered, TimeSpan Slowest)> AskAsync(CrankServer crank)
    {
        var request = RawConnection.Request(new Uri(crank.Address, "/v1/capabilities/echo/invoke"), crank.Key, Requests.Body(1));
        var (answered, slowest) = (0, TimeSpan.Zero);
        for (var i = 0; i < AtOnce; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var connection = await RawConnection.OpenAsync(RawConnection.Server(crank.Address));
            answered += await connection.ExchangeAsync(request) == 200 ? 1 : 0;
            var took = Stopwatch.GetElapsedTime(began);
            slowest = took > slowest ? took : slowest;
        }

        return (answered, slowest);
    }

    /// <summary>The most files that a process may open; the runtime raises the soft limit to it by itself.</summary>
    private static long HardLimit()
    {
        var line = File.ReadLines("/proc/self/limits").First(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, _, var hard, ..] && long.TryParse(hard, CultureInfo.InvariantCulture, out var most) ? most : long.MaxValue;
    }
}
