using System.Globalization;
using Crank.Confinement.Linux;

namespace Crank.Confinement;

/// <summary>What the kernel tells anybody about a worker's walls, so that a receipt need not rest on the worker's word alone.</summary>
public static class ProcessEvidence
{
    /// <summary>Compares a worker with its plan by <c>/proc/PID</c>, every thread of it.</summary>
    /// <param name="processId">The worker, in its second stage.</param>
    /// <param name="plan">What was planned for it.</param>
    /// <returns>Layers of the plan that the kernel contradicts; empty when it contradicts none. Landlock leaves no trace there.</returns>
    public static IReadOnlyList<MissingLayer> Contradictions(int processId, ConfinementPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var root = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}");
        var found = new List<MissingLayer>();
        if (plan.Wants(ConfinementLayers.Seccomp) && UnfilteredThread(root) is { } thread) found.Add(new MissingLayer("seccomp", thread));
        if (plan.Wants(ConfinementLayers.ResourceLimits) && LooseLimit(root, plan) is { } limit) found.Add(new MissingLayer("rlimits", limit));
        return found;
    }

    private static string? UnfilteredThread(string root)
    {
        try
        {
            foreach (var task in Directory.EnumerateDirectories($"{root}/task"))
            {
                string status;
                try
                {
                    status = File.ReadAllText($"{task}/status");
                }
                catch (IOException)
                {
                    continue;   // the thread has ended
                }

                if (!status.Contains("\nSeccomp:\t2\n", StringComparison.Ordinal) || !status.Contains("\nNoNewPrivs:\t1\n", StringComparison.Ordinal))
                    return $"thread {Path.GetFileName(task)} runs without the filter";
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"its threads cannot be seen: {e.Message}";
        }
    }

    private static string? LooseLimit(string root, ConfinementPlan plan)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines($"{root}/limits");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"its limits cannot be seen: {e.Message}";
        }

        foreach (var (_, name, value) in ResourceLimits.Of(plan))
        {
            var line = Array.Find(lines, l => l.StartsWith(name, StringComparison.Ordinal));
            var numbers = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
            if (numbers.Length < 2 || !Holds(numbers[0], value) || !Holds(numbers[1], value)) return $"'{name}' does not hold: {line?.Trim() ?? "absent"}";
        }

        return null;
    }

    private static bool Holds(string number, ulong most) =>
        ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= most;
}
