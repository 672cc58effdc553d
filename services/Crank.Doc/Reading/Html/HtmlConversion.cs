using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AngleSharp.Dom;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Html;

/// <summary>Makes the model from an HTML tree. Recursion is bounded: the tree's depth is, and the model's even more.</summary>
internal sealed class HtmlConversion
{
    private readonly ReaderBudget _budget;
    private readonly ReadingLog _log;
    private readonly FootnoteSection _notes;
    private readonly List<string> _noteOrder = [];
    private readonly HashSet<string> _cited = new(StringComparer.Ordinal);
    private readonly HashSet<INode> _holdsBlocks = [];
    private int _depth;

    public HtmlConversion(ReaderBudget budget, ReadingLog log, FootnoteSection notes)
    {
        _budget = budget;
        _log = log;
        _notes = notes;
    }

    public ImmutableArray<Block> Blocks(IElement parent)
    {
        if (_depth == 0)
        {
            FindBlocks(parent);
        }

        return Content(parent, out _);
    }

    /// <summary>The notes referred to, in that order, then those that nothing refers to.</summary>
    public ImmutableArray<Footnote> Footnotes()
    {
        var notes = ImmutableArray.CreateBuilder<Footnote>();
        for (var i = 0; i < _noteOrder.Count; i++)
        {
            notes.Add(new Footnote(NoteId(_noteOrder[i]), Content(_notes.Notes[_noteOrder[i]], out _)));
        }

        foreach (var (id, item) in _notes.Notes.Where(n => !_cited.Contains(n.Key)).ToList())
        {
            notes.Add(new Footnote(NoteId(id), Content(item, out _)));
        }

        return notes.ToImmutable();
    }

    private static string NoteId(string id)
    {
        var kept = new StringBuilder();
        foreach (var c in id)
        {
            kept.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-');
        }

        return kept.ToString();
    }

    private bool FindBlocks(INode node)
    {
        var holds = false;
        for (var i = 0; i < node.ChildNodes.Length; i++)
        {
            if (node.ChildNodes[i] is IElement child)
            {
                holds |= FindBlocks(child) | HtmlElements.IsBlock(child.LocalName);
            }
        }

        if (holds)
        {
            _holdsBlocks.Add(node);
        }

        return holds;
    }

    private ImmutableArray<Block> Content(IElement parent, out bool explicitParagraph)
    {
        var sink = new BlockSink(_budget);
        _depth++;
        VisitChildren(parent, sink);
        _depth--;
        var blocks = sink.Build();
        explicitParagraph = sink.HasExplicitParagraph;
        return blocks;
    }

    private void VisitChildren(INode parent, BlockSink sink)
    {
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            _budget.Tick();
            switch (children[i])
            {
                case IText text: sink.Text(text.Data); break;
                case IElement element: Visit(element, sink); break;
            }
        }
    }

    private void Visit(IElement element, BlockSink sink)
    {
        ReportHandlers(element);
        if (element == _notes.Section)
        {
            return;
        }

        if (Visibility.IsHidden(element))
        {
            _log.Lose(LossKind.HiddenText);
            _log.Find(FindingKind.HiddenText, $"hidden {element.LocalName} element");
            return;
        }

        if (HtmlElements.IsLeftOut(element.LocalName))
        {
            ReportLeftOut(element);
            return;
        }

        if (HtmlElements.IsBlock(element.LocalName))
        {
            VisitBlock(element, sink);
        }
        else
        {
            VisitInline(element, sink);
        }
    }

    private void VisitBlock(IElement element, BlockSink sink)
    {
        switch (element.LocalName)
        {
            case "p" or "address" or "figcaption" or "summary" or "legend" when !_holdsBlocks.Contains(element): sink.Add(new Block.Paragraph(Running(element)), explicitParagraph: true); break;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                sink.Add(new Block.Heading(element.LocalName[1] - '0', Running(element), element.Id is { Length: > 0 } id ? id : null));
                break;
            case "hr": sink.Add(new Block.ThematicBreak()); break;
            case "pre" or "listing" or "xmp" or "plaintext": sink.Add(Code(element)); break;
            case "blockquote" when MayNest(): sink.Add(new Block.Quote(Content(element, out _))); break;
            case "ul" or "ol" or "menu" or "dir" when MayNest(): AddList(element, sink); break;
            case "dl" when MayNest(): AddDefinitions(element, sink); break;
            case "table" when MayNest(): HtmlTables.Add(element, sink, _budget, cell => Content(cell, out _), Running); break;
            case "div" when element.GetAttribute("style") is { } style && style.Contains("break-before: page", StringComparison.Ordinal): sink.Add(new Block.PageBreak()); break;
            default:
                sink.EndParagraph();
                VisitChildren(element, sink);
                sink.EndParagraph();
                break;
        }
    }

    private bool MayNest()
    {
        if (_depth < _budget.Limits.Depth)
        {
            return true;
        }

        _log.Lose(LossKind.NestingFlattened);
        return false;
    }

    private ImmutableArray<Inline> Running(IElement element)
    {
        var sink = new BlockSink(_budget);
        sink.Begin();
        _depth++;
        VisitChildren(element, sink);
        _depth--;
        return RunningText.TrimEnd(sink.End());
    }

    private static Block.Code Code(IElement element)
    {
        var text = element.TextContent.Replace("\r\n", "\n", StringComparison.Ordinal);
        var languageOf = element.QuerySelector("code") ?? element;
        var language = (languageOf.ClassName + " " + element.ClassName).Split(' ')
            .Where(c => c.StartsWith("language-", StringComparison.Ordinal) || c.StartsWith("lang-", StringComparison.Ordinal))
            .Select(c => c[(c.IndexOf('-', StringComparison.Ordinal) + 1)..])
            .FirstOrDefault(c => c.Length > 0);
        return new Block.Code(text.Length == 0 || text.EndsWith('\n') ? text : text + "\n", language);
    }

    private void AddList(IElement element, BlockSink sink)
    {
        var items = ImmutableArray.CreateBuilder<ListItem>();
        var tight = true;
        foreach (var child in element.ChildNodes)
        {
            if (child is IElement { LocalName: "li" } item && !Visibility.IsHidden(item))
            {
                var done = TakeTask(item);
                var content = Content(item, out var explicitParagraph);
                tight &= !explicitParagraph;
                items.Add(new ListItem(content, done));
            }
            else if (child is IElement stray && items.Count > 0)
            {
                // A list directly inside a list belongs to the item before it.
                var content = StrayContent(stray);
                items[^1] = items[^1] with { Content = items[^1].Content.AddRange(content) };
            }
            else if (child is IElement first && StrayContent(first) is { IsEmpty: false } content)
            {
                items.Add(new ListItem(content));
            }
            else if (child is IText { Data: var text } && !string.IsNullOrWhiteSpace(text))
            {
                items.Add(new ListItem([new Block.Paragraph([new Inline.Text(text.Trim())])]));
            }
        }

        if (items.Count > 0)
        {
            var start = element.GetAttribute("start") is { } s && int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 999_999_999 ? number : 1;
            sink.Add(new Block.List(element.LocalName == "ol", element.LocalName == "ol" ? start : 1, tight, items.ToImmutable()));
        }
    }

    private ImmutableArray<Block> StrayContent(IElement element)
    {
        var sink = new BlockSink(_budget);
        _depth++;
        Visit(element, sink);
        _depth--;
        return sink.Build();
    }

    private static bool? TakeTask(IElement item)
    {
        var at = item;
        while (at.FirstElementChild is { } first)
        {
            if (first.LocalName == "input" && string.Equals(first.GetAttribute("type"), "checkbox", StringComparison.OrdinalIgnoreCase))
            {
                return first.HasAttribute("checked");
            }

            if (first.LocalName is not ("label" or "p" or "span"))
            {
                return null;
            }

            at = first;
        }

        return null;
    }

    private void AddDefinitions(IElement element, BlockSink sink)
    {
        var items = ImmutableArray.CreateBuilder<Definition>();
        var terms = ImmutableArray.CreateBuilder<ImmutableArray<Inline>>();
        var details = ImmutableArray.CreateBuilder<ImmutableArray<Block>>();
        foreach (var child in element.Children.SelectMany(c => c.LocalName == "div" ? c.Children : Enumerable.Repeat(c, 1)))
        {
            if (child.LocalName == "dt")
            {
                if (details.Count > 0)
                {
                    items.Add(new Definition(terms.DrainToImmutable(), details.DrainToImmutable()));
                }

                terms.Add(_holdsBlocks.Contains(child) ? [new Inline.Text(string.Join(' ', BlockText.Of(Content(child, out _))))] : Running(child));
            }
            else
            {
                details.Add(child.LocalName == "dd" ? Content(child, out _) : StrayContent(child));
            }
        }

        if (terms.Count > 0 || details.Count > 0)
        {
            items.Add(new Definition(terms.DrainToImmutable(), details.DrainToImmutable()));
        }

        if (items.Count > 0)
        {
            sink.Add(new Block.DefinitionList(items.ToImmutable()));
        }
    }

    private void VisitInline(IElement element, BlockSink sink)
    {
        var name = element.LocalName;
        switch (name)
        {
            case "br": sink.Append(new Inline.LineBreak(Hard: true)); return;
            case "img": AddImage(element, sink); return;
            case "input": return;
            case "q":
                sink.Text("“");
                VisitChildren(element, sink);
                sink.Text("”");
                return;
        }

        if (_holdsBlocks.Contains(element) || _depth >= _budget.Limits.Depth)
        {
            VisitChildren(element, sink);
            return;
        }

        if (name == "a")
        {
            AddLink(element, sink);
        }
        else if (InlineStyles.IsCode(name))
        {
            var text = string.Join(' ', element.TextContent.Split([' ', '\n', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries));
            if (text.Length > 0)
            {
                _budget.Text(text.Length);
                sink.Append(new Inline.Code(text));
            }
        }
        else if (InlineStyles.OfElement(name) is { } style)
        {
            AddStyled(element, style, sink);
        }
        else
        {
            VisitChildren(element, sink);
        }
    }

    private void AddStyled(IElement element, InlineStyle style, BlockSink sink)
    {
        sink.Begin();
        _depth++;
        VisitChildren(element, sink);
        _depth--;
        var content = sink.End();
        if (style == InlineStyle.Superscript && content is [Inline.FootnoteReference only])
        {
            sink.Append(only);
        }
        else if (!content.IsEmpty)
        {
            sink.Append(new Inline.Styled(style, content));
        }
    }

    private void AddLink(IElement element, BlockSink sink)
    {
        var target = element.GetAttribute("href")?.Trim();
        if (FootnoteSection.IsWayBack(element))
        {
            return;
        }

        if (target is ['#', .. var id] && _notes.Notes.ContainsKey(id))
        {
            if (_cited.Add(id))
            {
                _noteOrder.Add(id);
            }

            sink.Append(new Inline.FootnoteReference(NoteId(id)));
            return;
        }

        if (string.IsNullOrEmpty(target) || SafeTarget.Refuses(target, _log))
        {
            VisitChildren(element, sink);
            return;
        }

        sink.Begin();
        _depth++;
        VisitChildren(element, sink);
        _depth--;
        var content = sink.End();
        if (!content.IsEmpty)
        {
            sink.Append(new Inline.Link(target, Plain(element.GetAttribute("title")), content));
        }
    }

    private void AddImage(IElement element, BlockSink sink)
    {
        var alt = Plain(element.GetAttribute("alt")) ?? "";
        if (SafeTarget.KeptImage(element.GetAttribute("src") ?? "", _log) is { } source && (source.Length > 0 || alt.Length > 0))
        {
            sink.Append(new Inline.Image(source, Plain(element.GetAttribute("title")), alt));
        }
        else
        {
            sink.Text(alt);
        }
    }

    /// <summary>An attribute that holds markup is no text for people, and dangerous where the result is read carelessly.</summary>
    private string? Plain(string? attribute)
    {
        if (attribute is null || !attribute.Contains('<'))
        {
            return string.IsNullOrEmpty(attribute) ? null : attribute;
        }

        _log.Lose(LossKind.RawHtml);
        return null;
    }

    private void ReportHandlers(IElement element)
    {
        if (element.Attributes.Length == 0)
        {
            return;
        }

        foreach (var attribute in element.Attributes)
        {
            if (attribute.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase))
            {
                _log.Lose(LossKind.ActiveContent);
                _log.Find(FindingKind.ActiveContent, $"event handler on a {element.LocalName} element");
                return;
            }
        }
    }

    private void ReportLeftOut(IElement element)
    {
        switch (element.LocalName)
        {
            case "script" or "applet" or "object" or "embed":
                _log.Lose(LossKind.ActiveContent);
                _log.Find(FindingKind.ActiveContent, $"{element.LocalName} element");
                break;
            case "iframe" or "frame" or "frameset" or "portal" or "fencedframe":
                _log.Lose(LossKind.ExternalReference);
                _log.Find(FindingKind.ExternalReference, $"{element.LocalName} element");
                break;
            case "audio" or "video" or "source" or "track":
                _log.Lose(LossKind.EmbeddedObject);
                SafeTarget.ReportExternal(element.GetAttribute("src") ?? "", element.LocalName, _log);
                break;
            case "style": _log.Lose(LossKind.Style); break;
            default: _log.Lose(LossKind.EmbeddedObject); break;
        }
    }
}
