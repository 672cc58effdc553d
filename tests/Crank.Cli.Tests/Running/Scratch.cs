using System.Diagnostics;
using System.Reflection;

namespace Crank.Cli.Tests.Running;

/// <summary>A folder of one test, with a data folder of its own, and the built program to run on it.</summary>
internal sealed class Scratch : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crank-cli-");

    public static string Program { get; } = Metadata("CrankProgram");

    public static string Root { get; } = Metadata("CrankRoot");

    public string Data => InFolder("data");

    public string InFolder(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(InFolder(name), content);
        return InFolder(name);
    }

    /// <summary>Runs crank on the data folder, to its end.</summary>
    public Task<Run> CrankAsync(params string[] args) => CrankWithAsync("", [], args);

    public async Task<Run> CrankWithAsync(string input, (string Name, string Value)[] environment, params string[] args) =>
        await EndAsync(Start(environment, Program, args), input);

    /// <summary>Runs a line of bash with <c>$CRANK</c> and <c>$CRANK_DATA</c>.</summary>
    public async Task<Run> BashAsync(string line, params (string Name, string Value)[] environment) =>
        await EndAsync(Start(environment, "bash", ["-c", line]), "");

    /// <summary>Starts crank and does not wait.</summary>
    public Process Start(params string[] args) => Start([], Program, args);

    public static async Task<Run> EndAsync(Process process, string input)
    {
        using (process)
        {
            using var late = new CancellationTokenSource(s_patience);
            try
            {
                await process.StandardInput.WriteAsync(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading its input.
            }

            var output = process.StandardOutput.ReadToEndAsync(late.Token);
            var error = process.StandardError.ReadToEndAsync(late.Token);
            try
            {
                var run = (await output, await error);
                await process.WaitForExitAsync(late.Token);
                return new(process.ExitCode, run.Item1, run.Item2);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Process Start((string Name, string Value)[] environment, string program, string[] args)
    {
        // A job in the background of a script ignores Ctrl-C, and so would everything that it starts: env gives the default back.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", program, .. args])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("CRANK_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["CRANK_DATA"] = Data;
        start.Environment["CRANK"] = Program;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string Metadata(string key) =>
        typeof(Scratch).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
