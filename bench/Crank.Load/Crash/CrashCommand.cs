using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Crank.Load.Processes;

namespace Crank.Load.Crash;

/// <summary>Kills a process that runs jobs, really, at moments that a seed chooses; then lets the mesh recover by itself and verifies everything.</summary>
internal static class CrashCommand
{
    /// <summary>A folder serves this many kills, so that the full scans stay short.</summary>
    private const int KillsPerFolder = 25;

    private const int InputBytes = 200_000;

    public static async Task<int> RunAsync(Options options)
    {
        var kills = options.Number("--kills", 50);
        var seed = options.Number("--seed", 1);
        var random = new Random(seed);
        var began = Stopwatch.GetTimestamp();
        var total = new CrashTotals();
        using var scratch = new Scratch();
        Memory? memory = null;
        for (var kill = 0; kill < kills; kill++)
        {
            if (kill % KillsPerFolder == 0)
            {
                memory = new Memory(await NewFolderAsync(scratch, kill));
            }

            await KillOneAsync(memory!, random, (seed * 100_003) + kill, total);

            // Sometimes the next start is killed as well, perhaps in the middle of its own recovery.
            var last = kill + 1 == kills || (kill + 1) % KillsPerFolder == 0;
            if (last || random.Next(10) < 6)
            {
                var findings = await Aftermath.VerifyAsync(memory!, random, total);
                if (findings.Count > 0)
                {
                    Console.WriteLine(string.Join('\n', findings.Select(f => $"after kill {kill + 1}: {f}")));
                    Console.WriteLine($"FAILED after kill {kill + 1} of {kills}, seed {seed}");
                    return 1;
                }
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kills} kills, seed {seed}: {total.Acknowledged} deliveries acknowledged, {total.Ended} other ends, {total.KilledStarting} kills before the first job, {total.Recovered} interrupted jobs closed by recovery, {total.Verified} full verifications of up to {total.MostJobs} jobs, slowest recovery {total.SlowestRecovery.TotalSeconds:0.00} s, nothing lost, nothing charged twice, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
        return 0;
    }

    private static async Task<string> NewFolderAsync(Scratch scratch, int kill)
    {
        var folder = scratch.Folder(string.Create(CultureInfo.InvariantCulture, $"mesh-{kill}"));
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await File.WriteAllBytesAsync(Path.Combine(folder, "input.bin"), RandomNumberGenerator.GetBytes(InputBytes));
        return folder;
    }

    private static async Task KillOneAsync(Memory memory, Random random, int seed, CrashTotals total)
    {
        // One in four dies at some moment of its start, the others after some of their jobs.
        var starting = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next(1000)) : (TimeSpan?)null;
        var jobs = random.Next(1, 250);
        using var child = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!,
            [.. Own.Arguments, "crash-child", "--data", memory.Folder, "--seed", seed.ToString(CultureInfo.InvariantCulture)])
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        var heard = 0;
        var enough = new TaskCompletionSource();
        var listening = Task.Run(async () =>
        {
            while (await ReadWholeLineAsync(child.StandardOutput) is { } line)
            {
                memory.Hear(line, total);
                if (++heard > jobs && starting is null)
                {
                    enough.TrySetResult();
                }
            }

            enough.TrySetResult();
        });
        await Task.WhenAny(enough.Task, Task.Delay(starting ?? TimeSpan.FromSeconds(60)));
        var workers = Orphans.Children(child.Id);
        child.Kill();
        await child.WaitForExitAsync();
        await listening;
        total.KilledStarting += heard <= 1 ? 1 : 0;
        memory.Killed(workers);
    }

    /// <summary>A line that was cut by the kill was not said.</summary>
    private static async Task<string?> ReadWholeLineAsync(StreamReader reader)
    {
        var line = new System.Text.StringBuilder();
        var one = new char[1];
        while (await reader.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
            {
                return line.ToString();
            }

            line.Append(one[0]);
        }

        return null;
    }
}
