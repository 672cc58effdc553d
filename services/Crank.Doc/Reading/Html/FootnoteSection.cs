using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Crank.Doc.Reading.Html;

/// <summary>The list of notes at the end of a page, as common converters write it: class <c>footnotes</c> or role <c>doc-endnotes</c> (DPUB-ARIA 1.1).</summary>
/// <param name="Section">The element that holds them; null when there is none.</param>
/// <param name="Notes">Each note's item by its id.</param>
internal sealed record FootnoteSection(IElement? Section, IReadOnlyDictionary<string, IElement> Notes)
{
    public static FootnoteSection None { get; } = new(null, new Dictionary<string, IElement>(StringComparer.Ordinal));

    public static FootnoteSection Find(IHtmlDocument page)
    {
        var section = page.Body?.Descendants<IElement>()
            .LastOrDefault(e => e.LocalName is "section" or "div" or "aside" && (e.ClassList.Contains("footnotes") || e.GetAttribute("role") is "doc-endnotes" or "doc-footnotes"));
        if (section is null)
        {
            return None;
        }

        var notes = new Dictionary<string, IElement>(StringComparer.Ordinal);
        foreach (var item in section.Descendants<IElement>().Where(e => e.LocalName == "li" && e.Id is { Length: > 0 }))
        {
            notes.TryAdd(item.Id!, item);
        }

        return notes.Count == 0 ? None : new FootnoteSection(section, notes);
    }

    /// <summary>True for the link that leads from a note back to its reference.</summary>
    public static bool IsWayBack(IElement link) =>
        link.GetAttribute("role") == "doc-backlink" || (link.ClassName is { } names && (names.Contains("footnote-back", StringComparison.Ordinal) || names.Contains("backref", StringComparison.Ordinal)));
}
