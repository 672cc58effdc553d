using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Crank.Conformance.Docs;

/// <summary>
/// Documents that attack the converter: each asked of every capability, twice, in one long-lived worker inside all walls, with a plain control file after each.
/// A killed or replaced worker is a failure. What is documented as not read is declined, unless a refusal is what the case asks for.
/// </summary>
public sealed partial class DocsHostileSuite : Suite
{
    private const string Control = "pdf/plain-ok.pdf";
    private const long MemoryLimit = 512L << 20;
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    public override string Name => "docs-hostile";

    public override async Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        using var index = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "index.json"), cancellationToken));
        var canaryFile = index.RootElement.GetProperty("canary_file").GetString()!;
        var word = "canary-" + Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
        await File.WriteAllTextAsync(canaryFile, word, cancellationToken);
        using var listener = new TcpListener(IPEndPoint.Parse(index.RootElement.GetProperty("canary_listener").GetString()!));
        listener.Start();
        try
        {
            await using var worker = new DocsHostileWorker();
            var isolation = await worker.IsolationAsync(cancellationToken);
            var unread = UnreadFormats();
            TimeSpan slowest = default;
            long peak = 0;
            foreach (var entry in index.RootElement.GetProperty("cases").EnumerateArray())
            {
                var name = entry.GetProperty("file").GetString()!;
                var (verdict, reply) = await RunAsync(worker, folder, entry, word, listener, cancellationToken);
                (slowest, peak) = (reply.Slowest > slowest ? reply.Slowest : slowest, Math.Max(peak, reply.PeakBytes));
                if (verdict == Unread && reply.Format is { } format && unread.Contains(format))
                {
                    report.Decline(name, $"{format} is not read, see docs/doc-formats.md; refused by name");
                }
                else
                {
                    report.Check(name, verdict is null, verdict ?? "");
                }
            }

            report.Note(string.Create(CultureInfo.InvariantCulture, $"worker: {isolation}; slowest call {slowest.TotalSeconds:F2} s; most resident {peak >> 20} MB"));
        }
        finally
        {
            listener.Stop();
            File.Delete(canaryFile);
        }
    }

    private const string Unread = "the format is not read";

    /// <summary>The types that the product's documentation lists as refused by name.</summary>
    private static HashSet<string> UnreadFormats() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "doc-formats.md"))
            .Select(line => UnreadFormat().Match(line))
            .Where(m => m.Success)
            .Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"^\| `([^`]+)` \|.*\| refused by name \|$", RegexOptions.NonBacktracking)]
    private static partial Regex UnreadFormat();

    private static async Task<(string? Why, DocsHostileReply Reply)> RunAsync(DocsHostileWorker worker, string folder, JsonElement entry, string canary, TcpListener listener, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, entry.GetProperty("file").GetString()!);
        for (var round = 1; ; round++)
        {
            var before = worker.ProcessId;
            var reply = await worker.AskAsync(file, cancellationToken);
            var why = Killed(worker, before, reply)
                ?? Judge(entry, reply, canary)
                ?? (reply.Slowest > _limit ? string.Create(CultureInfo.InvariantCulture, $"took {reply.Slowest.TotalSeconds:F1} s") : null)
                ?? (reply.PeakBytes > MemoryLimit ? string.Create(CultureInfo.InvariantCulture, $"{reply.PeakBytes >> 20} MB resident") : null)
                ?? (worker.HasChildren ? "a child process was started" : null)
                ?? (listener.Pending() ? "a connection was made" : null);
            while (listener.Pending())
            {
                (await listener.AcceptSocketAsync(cancellationToken)).Dispose();
            }

            before = worker.ProcessId;
            var control = await worker.AskAsync(Path.Combine(folder, Control), cancellationToken);
            why ??= Killed(worker, before, control) ?? (control.Code == "ok" ? null : $"the control file after it: {control.Code}");
            if (why is not null || round == 2)
            {
                return (why, reply);
            }
        }
    }

    private static string? Killed(DocsHostileWorker worker, int? before, DocsHostileReply reply) =>
        reply.Killed is { } reason ? $"the worker was killed: {reason}"
        : before != worker.ProcessId && before is not null ? "the worker was replaced"
        : null;

    private static string? Judge(JsonElement entry, DocsHostileReply reply, string canary)
    {
        if (reply.Outputs.Concat(reply.Messages).Any(o => o.Contains(canary, StringComparison.Ordinal)))
        {
            return "the canary word is in the output";
        }

        if (Strings(entry, "must_not_create").FirstOrDefault(p => File.Exists(p) || Directory.Exists(p)) is { } created)
        {
            return $"{created} was written";
        }

        var outcome = entry.GetProperty("outcome").GetString()!;
        if (reply.Code != "ok")
        {
            return reply.Code == "internal" ? $"the capability broke: {reply.Messages[^1]}"
                : outcome is "reject" or "no_leak" || outcome.StartsWith("reject_or", StringComparison.Ordinal) ? null
                : reply.Code == "unsupported-format" ? Unread
                : $"refused: {reply.Code}: {reply.Messages[^1]}";
        }

        return outcome == "reject" ? "was not refused"
            : outcome == "no_leak" ? null
            : Content(entry, reply);
    }

    private static string? Content(JsonElement entry, DocsHostileReply reply)
    {
        if (Strings(entry, "must_contain").FirstOrDefault(s => !reply.Text.Contains(s, StringComparison.Ordinal)) is { } missing)
        {
            return $"'{missing}' is not in the text";
        }

        if (Strings(entry, "must_not_contain").Concat(Strings(entry, "hidden")).FirstOrDefault(s => reply.Outputs.Any(o => o.Contains(s, StringComparison.OrdinalIgnoreCase))) is { } forbidden)
        {
            return $"'{forbidden}' is in the result";
        }

        if (Strings(entry, "must_flag").FirstOrDefault(s => !reply.Findings.Contains(s)) is { } unflagged)
        {
            return $"{unflagged} is not among the findings ({string.Join(", ", reply.Findings)})";
        }

        return Strings(entry, "ambiguous").Count(s => reply.Outputs.Any(o => o.Contains(s, StringComparison.Ordinal))) > 1 ? "both ambiguous strings are in the result" : null;
    }

    private static IEnumerable<string> Strings(JsonElement entry, string property) =>
        entry.TryGetProperty(property, out var list) ? list.EnumerateArray().Select(s => s.GetString()!) : [];
}
