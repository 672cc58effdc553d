using System.Collections.Immutable;
using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Crank.Doc.Model;
using Document = Crank.Doc.Model.Document;

namespace Crank.Doc.Reading.Html;

/// <summary>Reads HTML as the WHATWG standard builds its tree. No script runs, nothing is fetched.</summary>
internal static class HtmlReader
{
    /// <summary>Reads a whole page.</summary>
    public static Document Read(string html, ReaderBudget budget)
    {
        var log = new ReadingLog();
        using var page = Parse(html, budget, log);
        var conversion = new HtmlConversion(budget, log, FootnoteSection.Find(page));
        var blocks = page.Body is { } body ? conversion.Blocks(body) : [];
        var notes = conversion.Footnotes();
        ReportHead(page, log);
        return new Document(Metadata(page), blocks, notes, log.Losses, log.Findings);
    }

    /// <summary>Reads a piece of HTML inside another format; losses and findings go to that format's log.</summary>
    public static ImmutableArray<Block> ReadFragment(string html, ReaderBudget budget, ReadingLog log)
    {
        using var page = Parse(html, budget, log);
        ReportHead(page, log);
        return page.Body is { } body ? new HtmlConversion(budget, log, FootnoteSection.None).Blocks(body) : [];
    }

    private static IHtmlDocument Parse(string html, ReaderBudget budget, ReadingLog log)
    {
        budget.Markup(html.Length);
        var watch = new TreeWatch(budget);
        var parser = new HtmlParser(new HtmlParserOptions
        {
            IsScripting = false,
            IsNotConsumingCharacterReferences = false,
            OnCreated = (element, _) => watch.Created(element),
        });
        return parser.ParseDocument(NestingGuard.Flatten(html, budget, log));
    }

    private static void ReportHead(IHtmlDocument page, ReadingLog log)
    {
        foreach (var element in page.Head?.Children ?? Enumerable.Empty<IElement>())
        {
            switch (element.LocalName)
            {
                case "script":
                    log.Lose(LossKind.ActiveContent);
                    log.Find(FindingKind.ActiveContent, "script element");
                    break;
                case "style": log.Lose(LossKind.Style); break;
                case "link" when element.GetAttribute("rel") is { } rel && (rel.Contains("stylesheet", StringComparison.OrdinalIgnoreCase) || rel.Contains("import", StringComparison.OrdinalIgnoreCase)):
                    SafeTarget.ReportExternal(element.GetAttribute("href") ?? "", "style sheet", log);
                    break;
                case "base": SafeTarget.ReportExternal(element.GetAttribute("href") ?? "", "base address", log); break;
                case "meta" when string.Equals(element.GetAttribute("http-equiv"), "refresh", StringComparison.OrdinalIgnoreCase):
                    log.Lose(LossKind.ActiveContent);
                    log.Find(FindingKind.ExternalReference, "meta refresh to another page");
                    break;
            }
        }
    }

    private static DocumentMetadata Metadata(IHtmlDocument page)
    {
        var about = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var meta in page.Head?.Children.Where(e => e.LocalName == "meta") ?? [])
        {
            var name = meta.GetAttribute("name") ?? meta.GetAttribute("property");
            if (name is not null && meta.GetAttribute("content") is { Length: > 0 } content)
            {
                (about.TryGetValue(name, out var values) ? values : about[name] = []).Add(content.Trim());
            }
        }

        string? One(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (about.TryGetValue(name, out var values))
                {
                    return values[0];
                }
            }

            return null;
        }

        DateTimeOffset? Date(params ReadOnlySpan<string> names) =>
            DateTimeOffset.TryParse(One(names), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

        var title = string.IsNullOrWhiteSpace(page.Title) ? One("dc.title", "og:title") : page.Title.Trim();
        return new DocumentMetadata
        {
            Title = title,
            Language = page.DocumentElement?.GetAttribute("lang") is { Length: > 0 } language ? language : One("dc.language"),
            Authors = [.. about.GetValueOrDefault("author") ?? about.GetValueOrDefault("dc.creator") ?? []],
            Subject = One("description", "dc.description", "og:description"),
            Keywords = [.. (One("keywords") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            Created = Date("dcterms.created", "dc.date", "date", "article:published_time"),
            Modified = Date("dcterms.modified", "article:modified_time"),
        };
    }
}
