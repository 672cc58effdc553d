using System.Text.Json;
using Crank.Doc.Reading;
using Crank.Doc.Text;

namespace Crank.Conformance.Docs;

/// <summary>Plain text in many encodings: the decoded text must equal exactly. The language guess is a group of its own.</summary>
public sealed class DocsTextSuite : Suite
{
    private const string Unmarked = "guessed";
    private const string Language = "language";

    public override string Name => "docs-text";

    public override IReadOnlyDictionary<string, double> Required => new Dictionary<string, double> { [Unmarked] = 0.85, [Language] = 0.95 };

    public override async Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        using var index = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "index.json"), cancellationToken));
        foreach (var entry in index.RootElement.EnumerateArray())
        {
            var file = entry.GetProperty("file").GetString()!;
            var bytes = await File.ReadAllBytesAsync(Path.Combine(folder, file), cancellationToken);
            var certain = entry.GetProperty("bom").GetBoolean() || entry.GetProperty("encoding").GetString() is "utf-8" or "ascii";
            var decoded = TextDecoding.Decode(bytes, null, new ReaderBudget(ReaderLimits.Default, TimeProvider.System, cancellationToken));
            report.Check($"{(certain ? "marked" : Unmarked)}/{file}", decoded.Text == entry.GetProperty("text").GetString(), $"decoded as {decoded.Encoding.Name}");

            var language = entry.GetProperty("language").GetString()!;
            if (language != "mixed")
            {
                var guess = LanguageGuess.Of(decoded.Text);
                report.Check($"{Language}/{file}", guess == language, $"guessed {guess ?? "nothing"}");
            }
        }

        var docling = Path.Combine(folder, "docling");
        var captions = Directory.Exists(docling) ? Directory.GetFiles(docling, "*.vtt") : [];
        foreach (var file in captions.Order(StringComparer.Ordinal))
        {
            var name = "docling/" + Path.GetFileName(file);
            if (!report.Declines(name))
            {
                report.Skip(name, "WebVTT is not read");
            }
        }
    }
}
