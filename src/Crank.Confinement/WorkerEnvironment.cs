using System.Globalization;

namespace Crank.Confinement;

/// <summary>The whole environment of a worker: these names and no others.</summary>
public static class WorkerEnvironment
{
    private static readonly string[] Names =
    [
        ConfinementPlan.Variable, "TMPDIR", "OPENSSL_CONF", "DOTNET_ROOT", "DOTNET_EnableDiagnostics", "DOTNET_TieredPGO",
        "DOTNET_GCHeapHardLimit", "DOTNET_gcConcurrent", "DOTNET_ThreadPool_ForceMaxWorkerThreads", "DOTNET_BUNDLE_EXTRACT_BASE_DIR",
    ];

    /// <summary>The variables of a worker under a plan.</summary>
    public static IReadOnlyDictionary<string, string> Of(ConfinementPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var variables = new Dictionary<string, string>
        {
            [ConfinementPlan.Variable] = plan.ToString(),
            ["TMPDIR"] = plan.TempFolder,
            ["OPENSSL_CONF"] = "/dev/null",
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_gcConcurrent"] = "0",   // a collection in the background cannot make room for a large allocation at the hard limit
            ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "10",   // hexadecimal: 16; stacks count as private memory
        };
        if (plan.Wants(ConfinementLayers.GcLimit))
            variables["DOTNET_GCHeapHardLimit"] = plan.GcBytes.ToString("X", CultureInfo.InvariantCulture);   // without 0x: one kind of runtime ignores it otherwise
        if (SharedRuntime.Root is { } root) variables["DOTNET_ROOT"] = root;
        else if (BundleFolder() is { } folder) variables["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = folder;
        return variables;
    }

    /// <returns>The name of a variable that does not belong to a worker, or null.</returns>
    internal static string? FirstForeign(IEnumerable<string> names) => names.FirstOrDefault(name => !Names.Contains(name));

    /// <summary>Where a program in one file has unpacked its native libraries already, so that its workers need not do it again.</summary>
    private static string? BundleFolder() =>
        Environment.GetEnvironmentVariable("DOTNET_BUNDLE_EXTRACT_BASE_DIR") is { Length: > 0 } set ? set
        : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".net")
        : null;
}
