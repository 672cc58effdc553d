using System.Diagnostics.CodeAnalysis;
using Crank.Rego.Bundles;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Conformance.Rego;

/// <summary>
/// Bundles, good and hostile. One after another they are to replace the one that is active, as a service does it: after a bundle that is refused, the one before must
/// still give its answers.
/// </summary>
internal static class BundleCases
{
    private static readonly BundleLimits s_limits = new() { UnpackedBytes = 64 << 20 };

    private sealed record Active(PolicySet Policies, Snapshot Snapshot, ArrayValue Queries);

    public static void Run(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        var list = Path.Combine(folder, "cases.json");
        if (!File.Exists(list))
        {
            return;
        }

        var root = JsonIn.Read(File.ReadAllBytes(list));
        List<BundleKey> keys = [.. root.Get("keys").AsObject().Select(static key => new BundleKey(key.Key.AsString(), key.Value.Get("algorithm").AsString(), key.Value.Get("key").AsString()))];
        var names = new Dictionary<string, int>();
        Active? active = null;
        foreach (var one in root.Get("cases").AsArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = one.Get("bundle").AsString();
            var times = names[file] = names.GetValueOrDefault(file) + 1;
            var name = times == 1 ? $"bundles/{file}" : $"bundles/{file} #{times}";
            if (!report.Declines(name))
            {
                var why = Failure(Path.Combine(folder, file), one, keys, ref active);
                report.Check(name, why is null, why ?? "");
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever else is thrown is the failure to be reported.")]
    private static string? Failure(string file, in Value one, List<BundleKey> keys, ref Active? active)
    {
        var wanted = one.Get("accept").IsTrue;
        try
        {
            using var archive = File.OpenRead(file);
            var bundle = BundleLoader.Read(archive, Options(one.Get("verify"), keys));
            var policies = bundle.Compile();
            if (!wanted)
            {
                return $"accepted, wanted refused: {one.Get("why")}";
            }

            active = new(policies, bundle.ToSnapshot(policies), one.Get("queries").AsArray());
            return Answers(active);
        }
        catch (Exception refused) when (refused is BundleException or PolicyException)
        {
            return wanted ? $"refused: {refused.Message.ReplaceLineEndings(" ")}" : active is null ? null : Answers(active);
        }
        catch (Exception other)
        {
            return $"{other.GetType().Name}: {other.Message}";
        }
    }

    private static BundleOptions Options(in Value verify, List<BundleKey> keys) => verify.Kind == ValueKind.Null
        ? new() { Limits = s_limits }
        : new()
        {
            Keys = keys,
            KeyId = verify.Get("keyid").TryGetString(out var id) ? id : null,
            Scope = verify.Get("scope").TryGetString(out var scope) ? scope : "",
            Limits = s_limits,
        };

    private static string? Answers(Active active)
    {
        foreach (var asked in active.Queries)
        {
            var query = asked.Get("query").AsString();
            var given = active.Policies.Prepare(query, active.Snapshot).Decide(asked.Get("input")).Result;
            if (!ResultMatch.Same(asked.Get("result"), given))
            {
                return $"{query} gave {given}, wanted {asked.Get("result")}";
            }
        }

        return null;
    }
}
