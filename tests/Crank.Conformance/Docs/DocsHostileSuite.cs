using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Crank.Conformance.Docs;

/// <summary>Documents that attack the converter, each twice in the same long-lived process, with a plain control file after each.</summary>
public sealed class DocsHostileSuite : Suite
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
        DocsHostileProcess? process = null;
        try
        {
            foreach (var entry in index.RootElement.GetProperty("cases").EnumerateArray())
            {
                process ??= new DocsHostileProcess();
                var (verdict, format) = await RunAsync(process, folder, entry, word, listener, cancellationToken);
                var name = entry.GetProperty("file").GetString()!;
                if (verdict == Unread && report.Declines(name, "format/" + format))
                {
                    continue;
                }

                report.Check(name, verdict is null, verdict ?? "");
                if (verdict == Died)
                {
                    process.Dispose();
                    process = null;
                }
            }
        }
        finally
        {
            process?.Dispose();
            listener.Stop();
            File.Delete(canaryFile);
        }
    }

    private const string Died = "the process died or did not answer in time";
    private const string Unread = "the format is not read";

    private static async Task<(string? Why, string? Format)> RunAsync(DocsHostileProcess process, string folder, JsonElement entry, string canary, TcpListener listener, CancellationToken cancellationToken)
    {
        string? why = null, format = null;
        var file = Path.Combine(folder, entry.GetProperty("file").GetString()!);
        for (var round = 0; round < 2 && why is null; round++)
        {
            var peakBefore = process.PeakBytes;
            var (reply, took) = await process.AskAsync(file, _limit + TimeSpan.FromSeconds(2), cancellationToken);
            if (reply is null)
            {
                return (Died, null);
            }

            format = reply.Format;
            why = Judge(entry, reply, canary)
                ?? (took > _limit ? string.Create(CultureInfo.InvariantCulture, $"took {took.TotalSeconds:F1} s") : null)
                ?? (process.PeakBytes is var peak && peak > MemoryLimit && peakBefore <= MemoryLimit ? string.Create(CultureInfo.InvariantCulture, $"{peak >> 20} MB resident") : null)
                ?? (process.HasChildren ? "a child process was started" : null)
                ?? (listener.Pending() ? "a connection was made" : null);
            while (listener.Pending())
            {
                (await listener.AcceptSocketAsync(cancellationToken)).Dispose();
            }

            var (control, _) = await process.AskAsync(Path.Combine(folder, Control), _limit, cancellationToken);
            if (control is null)
            {
                return (Died, null);
            }

            why ??= control.Code == "ok" ? null : $"the control file after it: {control.Code}";
        }

        return (why, format);
    }

    private static string? Judge(JsonElement entry, DocsHostileReply reply, string canary)
    {
        string[] outputs = [reply.Text, reply.Markdown, reply.Html];
        if (outputs.Append(reply.Message).Any(o => o.Contains(canary, StringComparison.Ordinal)))
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
            return outcome is "reject" or "no_leak" || outcome.StartsWith("reject_or", StringComparison.Ordinal) ? null
                : reply.Code == "unsupported_format" ? Unread
                : $"refused: {reply.Code}: {reply.Message}";
        }

        return outcome == "reject" ? "was not refused"
            : outcome == "no_leak" ? null
            : Content(entry, reply, outputs);
    }

    private static string? Content(JsonElement entry, DocsHostileReply reply, string[] outputs)
    {
        if (Strings(entry, "must_contain").FirstOrDefault(s => !reply.Text.Contains(s, StringComparison.Ordinal)) is { } missing)
        {
            return $"'{missing}' is not in the text";
        }

        if (Strings(entry, "must_not_contain").Concat(Strings(entry, "hidden")).FirstOrDefault(s => outputs.Any(o => o.Contains(s, StringComparison.OrdinalIgnoreCase))) is { } forbidden)
        {
            return $"'{forbidden}' is in the result";
        }

        if (Strings(entry, "must_flag").FirstOrDefault(s => !reply.Findings.Contains(s)) is { } unflagged)
        {
            return $"{unflagged} is not among the findings ({string.Join(", ", reply.Findings)})";
        }

        return Strings(entry, "ambiguous").Count(s => outputs.Any(o => o.Contains(s, StringComparison.Ordinal))) > 1 ? "both ambiguous strings are in the result" : null;
    }

    private static IEnumerable<string> Strings(JsonElement entry, string property) =>
        entry.TryGetProperty(property, out var list) ? list.EnumerateArray().Select(s => s.GetString()!) : [];
}
