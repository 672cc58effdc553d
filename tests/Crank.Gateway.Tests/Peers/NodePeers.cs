using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Crank.Gateway.Tests.Peers;

/// <summary>The public clients in <c>tests/peers</c>, run by node. Installed once from the lock file, into a folder that is not tracked.</summary>
internal static class NodePeers
{
    private static readonly Lazy<Task<string?>> s_installed = new(InstallAsync);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The folder of the peers; skips the test where there is no npm.</summary>
    public static async Task<string> FolderAsync()
    {
        var folder = await s_installed.Value;
        Assert.SkipWhen(folder is null, "node and npm are not on this machine's PATH.");
        return folder!;
    }

    /// <summary>A file of the folder <c>docs</c>.</summary>
    public static string Document(string name) => Path.Combine(Root(), "docs", name);

    /// <summary>Runs a script of the folder with a plan on its standard input, and reads the JSON that it answers.</summary>
    public static async Task<JsonElement> RunAsync(string script, object plan)
    {
        var (exit, output, errors) = await StartAsync(await FolderAsync(), "node", [script], JsonSerializer.Serialize(plan));
        return exit == 0 ? JsonElement.Parse(output) : throw new InvalidOperationException($"{script} ended with {exit}: {errors}");
    }

    /// <summary>Runs a program in the folder.</summary>
    public static async Task<(int Exit, string Output, string Errors)> StartAsync(string folder, string program, IEnumerable<string> arguments, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(Stop);
            var errors = process.StandardError.ReadToEndAsync(Stop);
            await process.StandardInput.WriteAsync(input.AsMemory(), Stop);
            process.StandardInput.Close();
            await process.WaitForExitAsync(Stop).WaitAsync(TimeSpan.FromMinutes(3), Stop);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<string?> InstallAsync()
    {
        var folder = Path.Combine(Root(), "tests", "peers");
        if (!OnPath("node") || !OnPath("npm"))
        {
            return null;
        }

        var stamp = Path.Combine(folder, "node_modules", ".crank-stamp");
        var wanted = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, "package-lock.json"))));

        // Another test program may install at the same time.
        await using var only = await LockAsync(Path.Combine(Path.GetTempPath(), "crank-peers-" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16]));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted)
        {
            return folder;
        }

        var (exit, _, errors) = await StartAsync(folder, "npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        Assert.True(exit == 0, $"npm ci failed: {errors}");
        await File.WriteAllTextAsync(stamp, wanted);
        return folder;
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < 1_200)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Crank.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
