using System.Diagnostics;
using System.Text;
using Crank.Confinement.Linux;

namespace Crank.Confinement.Tests;

/// <summary>Sets the hostile program loose behind walls and tells how it ended, as a parent sees it.</summary>
internal sealed record Hostile(int ExitCode, bool KilledAtDeadline, string Proof, string Answer)
{
    /// <summary>The token of the wall around files: its number is this kernel's.</summary>
    public static string Landlock { get; } = $"landlock-{LandlockRuleset.Abi}";

    public static string Full { get; } = $"env+rlimits+gc-limit+seccomp+{Landlock}";

    private const int MaxOutput = 1 << 20;

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Crank.HostileWorker");

    public static bool CanBeNobody { get; } = string.Equals(Environment.UserName, "root", StringComparison.Ordinal) && File.Exists("/usr/bin/setpriv");

    public static Hostile Run(
        string attack, string[]? arguments = null, ConfinementLayers layers = ConfinementLayers.All, bool asNobody = false,
        Func<ConfinementPlan, ConfinementPlan>? change = null, int deadlineMs = 60_000, Action<Process, ConfinementPlan>? meanwhile = null, string? open = null)
    {
        var folder = Directory.CreateTempSubdirectory("crank-hostile-").FullName;
        try
        {
            var temp = Directory.CreateDirectory(Path.Combine(folder, "temp")).FullName;
            var canary = Path.Combine(folder, "canary");
            File.WriteAllText(canary, "");
            foreach (var path in new[] { folder, temp, canary }) File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
            var plan = new ConfinementPlan { ParentId = Environment.ProcessId, TempFolder = temp, Canary = canary, Layers = layers };
            plan = change?.Invoke(plan) ?? plan;
            using var process = Process.Start(StartOf(attack, arguments ?? [], plan, asNobody, open))!;
            var output = Task.Run(() => ReadAll(process.StandardOutput));
            var errors = Task.Run(() => ReadAll(process.StandardError));
            meanwhile?.Invoke(process, plan);
            process.StandardInput.Close();
            var ended = process.WaitForExit(deadlineMs);
            if (!ended) process.Kill();
            process.WaitForExit();
            var lines = output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var proof = lines.FirstOrDefault(line => line.StartsWith("proof ", StringComparison.Ordinal))?["proof ".Length..] ?? errors.Result;
            return new Hostile(process.ExitCode, !ended, proof, lines.Length > 0 ? lines[^1] : "");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ProcessStartInfo StartOf(string attack, string[] arguments, ConfinementPlan plan, bool asNobody, string? open)
    {
        string[] shell = open is null ? [] : ["/bin/sh", "-c", "exec 9<\"$0\"; exec \"$@\"", open];
        string[] user = asNobody ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
        string[] line = [.. user, .. shell, Program, attack, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if ((plan.Layers & ConfinementLayers.Environment) == ConfinementLayers.Environment) start.Environment.Clear();
        else start.Environment["CRANK_TEST_SECRET"] = "leaked";
        foreach (var (name, value) in WorkerEnvironment.Of(plan)) start.Environment[name] = value;
        return start;
    }

    private static string ReadAll(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        for (int read; (read = reader.Read(buffer)) > 0;)
        {
            if (text.Length < MaxOutput) text.Append(buffer, 0, read);
        }

        return text.ToString();
    }
}
