using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Crank.Doc.Reading;
using Crank.Doc.Reading.Markdown;
using Crank.Doc.Writing;
using Crank.Doc.Writing.Html;

namespace Crank.Conformance;

/// <summary>Markdown through the document model: to HTML against the specifications' examples, and to Markdown again against whole files.</summary>
public sealed partial class DocsMarkdownSuite : Suite
{
    private static readonly Dictionary<string, MarkdownFeatures> ByName = new(StringComparer.Ordinal)
    {
        ["table"] = MarkdownFeatures.Tables,
        ["strikethrough"] = MarkdownFeatures.Strikethrough,
        ["autolink"] = MarkdownFeatures.Autolinks,
        ["tagfilter"] = MarkdownFeatures.TagFilter,
        ["footnotes"] = MarkdownFeatures.Footnotes,

        // The specification prints its task lists under the word "disabled": they are on.
        ["disabled"] = MarkdownFeatures.TaskLists,
        ["tasklist"] = MarkdownFeatures.TaskLists,
    };

    public override string Name => "docs-markdown";

    public override IReadOnlyDictionary<string, double> Required => new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["commonmark-0.31"] = 0.995,
        ["gfm-0.29"] = 0.995,
        ["gfm-extensions"] = 0.995,

        // Example 1 asks two paragraphs of two lines: the doubled line end that it is about was lost on the way into the file.
        ["cmark-regression"] = 0.9,

        // Example 21 asks that a pipe in a link's text does not end the cell; GFM 0.29, section 4.10, says that it does.
        ["extra-PipeTableGfm"] = 0.9,
    };

    public override async Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        var offered = OfferedExtensions();
        foreach (var file in Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var group = Path.GetFileNameWithoutExtension(file);
            using var examples = JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancellationToken));
            foreach (var example in examples.RootElement.EnumerateArray())
            {
                var name = $"{group}/{example.GetProperty("example").GetInt32()}";
                if (IsOffered(group, offered))
                {
                    RunExample(group, name, example, report);
                }
                else
                {
                    report.Decline(name, "the extension is not offered, see docs/doc-formats.md");
                }
            }
        }

        var wholeFiles = Path.Combine(folder, "docling");
        foreach (var file in (Directory.Exists(wholeFiles) ? Directory.GetFiles(wholeFiles, "*.expected.md") : []).Order(StringComparer.Ordinal))
        {
            await RunFileAsync(file[..^".expected.md".Length], file, report, cancellationToken);
        }
    }

    private static bool IsOffered(string group, HashSet<string> offered) =>
        !group.StartsWith("extra-", StringComparison.Ordinal) && group != "cmark-smart-punct" || offered.Contains(group);

    /// <summary>The groups of optional extensions that the product's documentation lists as read.</summary>
    private static HashSet<string> OfferedExtensions() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "doc-formats.md"))
            .Select(line => SuiteName().Match(line))
            .Where(m => m.Success)
            .Select(m => m.Groups[1].Value)];

    private static void RunExample(string group, string name, JsonElement example, SuiteReport report)
    {
        var expected = example.GetProperty("html").GetString()!;
        var features = FeaturesOf(group, example);
        var dialect = group.StartsWith("extra-", StringComparison.Ordinal) ? HtmlDialect.Html5 : HtmlDialect.GitHub;
        string actual;
        try
        {
            var options = new ReaderOptions { RawHtml = RawHtmlHandling.Keep };
            var document = MarkdownReader.Read(example.GetProperty("markdown").GetString()!, features, options, Budget());
            actual = DocumentWriters.Write(OutputFormat.Html, document, new WriterOptions { Fragment = true, Html = dialect }).Text;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            report.Fail(name, $"{e.GetType().Name}: {e.Message}");
            return;
        }

        // One example asks only that nothing breaks.
        report.Check(name, expected.Trim() == "<IGNORE>" || Normalize(actual) == Normalize(expected), $"expected {Shown(expected)} got {Shown(actual)}");
    }

    private static MarkdownFeatures FeaturesOf(string group, JsonElement example)
    {
        if (group.StartsWith("commonmark-", StringComparison.Ordinal))
        {
            return MarkdownFeatures.None;
        }

        if (group.StartsWith("extra-", StringComparison.Ordinal))
        {
            return MarkdownFeatures.Extended;
        }

        // The GFM specification states for each example which extensions it means; the collections of extension examples mean all.
        var features = MarkdownFeatures.Rules029;
        var named = example.GetProperty("extensions").EnumerateArray().Select(e => e.GetString()!).ToList();
        if (named.Count == 0 && group.EndsWith("-extensions", StringComparison.Ordinal))
        {
            return MarkdownFeatures.GitHub | MarkdownFeatures.Footnotes;
        }

        return named.Aggregate(features, (all, one) => all | ByName.GetValueOrDefault(one));
    }

    private static async Task RunFileAsync(string source, string expectedFile, SuiteReport report, CancellationToken cancellationToken)
    {
        var name = "docling/" + Path.GetFileName(source);
        try
        {
            var document = DocumentReaders.Read(DocumentFormat.Markdown, await File.ReadAllBytesAsync(source, cancellationToken), ReaderOptions.Default, Budget());
            var written = DocumentWriters.Write(OutputFormat.Markdown, document, WriterOptions.Default).Text;
            var missing = FirstMissing(Words(await File.ReadAllTextAsync(expectedFile, cancellationToken)), Words(written));
            report.Check(name, missing is null, $"'{missing}' is missing or out of order");
        }
        catch (DocumentRefusedException e)
        {
            report.Fail(name, $"{e.Code}: {e.Message}");
        }
    }

    private static string? FirstMissing(IEnumerable<string> expected, List<string> actual)
    {
        var at = 0;
        foreach (var word in expected)
        {
            var found = actual.IndexOf(word, at);
            if (found < 0)
            {
                return word;
            }

            at = found + 1;
        }

        return null;
    }

    /// <summary>Letters and digits only: how a word is marked up is the writer's choice.</summary>
    private static List<string> Words(string markdown) =>
        [.. Word().Matches(markdown.Replace("\\", "", StringComparison.Ordinal)).Select(m => m.Value)];

    private static ReaderBudget Budget() => new(ReaderLimits.Default, TimeProvider.System, CancellationToken.None);

    private static string Shown(string html) => html.Replace("\n", "⏎", StringComparison.Ordinal);

    /// <summary>As the suite's README lays down: attributes sorted, <c>br</c> alike, white space between block tags ignored.</summary>
    private static string Normalize(string html)
    {
        var sorted = Tag().Replace(html, tag => SortAttributes(tag.Value));
        sorted = BlockEdge().Replace(sorted, m => m.Groups[1].Value);
        return sorted.Trim();
    }

    private static string SortAttributes(string tag)
    {
        var name = TagName().Match(tag).Value;
        var rest = tag[name.Length..].TrimEnd('>').TrimEnd('/').Trim();
        var attributes = Attribute().Matches(rest).Select(m => m.Value.Trim()).Order(StringComparer.Ordinal);
        var normal = new StringBuilder(name);
        foreach (var attribute in attributes)
        {
            normal.Append(' ').Append(attribute);
        }

        return normal.Append('>').ToString();
    }

    [GeneratedRegex(@"suite: `([A-Za-z0-9-]+)`", RegexOptions.NonBacktracking)]
    private static partial Regex SuiteName();

    [GeneratedRegex(@"[\p{L}\p{N}]+", RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    [GeneratedRegex(@"<[A-Za-z][A-Za-z0-9-]*(\s+[A-Za-z_:][A-Za-z0-9_.:-]*(\s*=\s*(""[^""]*""|'[^']*'|[^\s""'=<>`]+))?)*\s*/?>", RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^<[A-Za-z][A-Za-z0-9-]*", RegexOptions.NonBacktracking)]
    private static partial Regex TagName();

    [GeneratedRegex(@"[A-Za-z_:][A-Za-z0-9_.:-]*(\s*=\s*(""[^""]*""|'[^']*'|[^\s""'=<>`]+))?", RegexOptions.NonBacktracking)]
    private static partial Regex Attribute();

    [GeneratedRegex(@"\s*(</?(?:address|article|aside|blockquote|body|caption|center|dd|div|dl|dt|fieldset|figure|footer|form|h[1-6]|head|header|hr|html|input|li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul)(?:\s[^>]*)?>)\s*", RegexOptions.NonBacktracking)]
    private static partial Regex BlockEdge();
}
