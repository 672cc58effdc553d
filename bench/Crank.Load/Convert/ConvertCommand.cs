using System.Diagnostics;
using System.Globalization;
using Crank.Cli.Embedded;
using Crank.Load.Echo;
using Crank.Mesh;
using Crank.Mesh.Path;
using Crank.Storage;

namespace Crank.Load.Convert;

/// <summary><c>doc.convert</c> of a real document: warm through the whole path, and cold as a user starts the built program in a fresh folder.</summary>
internal static class ConvertCommand
{
    public static async Task<int> RunAsync(Options options)
    {
        var seconds = options.Number("--seconds", 2);
        var rounds = options.Number("--rounds", 5);
        var file = Path.GetFullPath(options.Text("--file", "samples/annual-report.docx"));
        using var scratch = new Scratch();
        await using (var workers = new LoadWorkers(scratch.Folder("tmp"), "doc"))
        {
            var isolation = await workers.StartedAsync();
            await using var mesh = await LoadMesh.OpenAsync(scratch.Folder("mesh"), StoreDurability.Full, workers, isolation, "doc");
            var cell = new Cell("whole path, durable, warm", 1, () => ConvertAsync(mesh.Controller, file));
            var pool = workers.Pool("doc.convert");
            await Measuring.RoundAsync(cell, pool, TimeSpan.FromSeconds(seconds));
            for (var round = 0; round < rounds; round++)
            {
                cell.Rounds.Add(await Measuring.RoundAsync(cell, pool, TimeSpan.FromSeconds(seconds)));
            }

            Measuring.Print($"doc.convert, {Path.GetFileName(file)}", [cell], rounds, seconds);
        }

        await ColdAsync(scratch, file, rounds);
        return 0;
    }

    private static async Task ConvertAsync(Controller controller, string file)
    {
        var document = new BlobSource(new FileInfo(file).Length, () => File.OpenRead(file), Path.GetFileName(file));
        var report = await controller.SubmitAsync(
            Requests.Of(Requests.Convert, "{\"to\":\"markdown\"}"u8.ToArray(), content: document, member: "document"), null, CancellationToken.None);
        if (report.Delivery is null)
        {
            throw new InvalidOperationException($"The document was not converted: {report.Refusal?.Code} {report.Refusal?.Message}");
        }
    }

    /// <summary>The built program in a fresh folder each time, beside the same program when it only says its version: what the runtime itself takes.</summary>
    private static async Task ColdAsync(Scratch scratch, string file, int rounds)
    {
        var (invoke, version) = (new List<(double Wall, double Cpu)>(), new List<(double Wall, double Cpu)>());
        for (var round = 0; round <= rounds; round++)
        {
            var floor = await RunCrankAsync("--version");
            var whole = await RunCrankAsync("invoke", "doc.convert", "--in", file, "--param", "to=markdown", "--data", scratch.Folder(string.Create(CultureInfo.InvariantCulture, $"cold-{round}")));
            if (round > 0)
            {
                version.Add(floor);
                invoke.Add(whole);
            }
        }

        Console.WriteLine($"cold `crank invoke doc.convert`, fresh folder: {Median(invoke)}; `crank --version` beside it: {Median(version)} (medians of {rounds})");
    }

    private static string Median(List<(double Wall, double Cpu)> runs) => string.Create(
        CultureInfo.InvariantCulture,
        $"{runs.Select(r => r.Wall).Order().ElementAt(runs.Count / 2):0} ms wall, {runs.Select(r => r.Cpu).Order().ElementAt(runs.Count / 2):0} ms CPU");

    /// <summary>The program as it was built for users, when it was: its own folder holds code compiled ahead of time, and ours does not.</summary>
    private static async Task<(double Wall, double Cpu)> RunCrankAsync(params string[] arguments)
    {
        var built = Path.GetFullPath("src/Crank.Cli/bin/Release/net10.0/crank");
        var cpu = ChildrenCpu();
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(File.Exists(built) ? built : SelfProgram.Executable, arguments)
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (Stopwatch.GetElapsedTime(began).TotalMilliseconds, (ChildrenCpu() - cpu).TotalMilliseconds)
            : throw new InvalidOperationException($"crank {string.Join(' ', arguments)} exited with {process.ExitCode}: {await said}");
    }

    /// <summary>CPU time of children that ended, and of theirs (Linux: proc_pid_stat(5), fields 16 and 17, in hundredths of a second).</summary>
    private static TimeSpan ChildrenCpu()
    {
        if (!OperatingSystem.IsLinux())
        {
            return TimeSpan.Zero;
        }

        var text = File.ReadAllText("/proc/self/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)));
    }
}
