using System.Buffers;
using System.Collections.Immutable;
using Crank.Doc.Model;
using Crank.Doc.Reading.Html;

namespace Crank.Doc.Reading.Markdown;

/// <summary>Reads CommonMark 0.31 with GitHub's extensions, footnotes, definition lists and front matter.</summary>
internal sealed class MarkdownReader
{
    private static readonly SearchValues<char> BidiControls = SearchValues.Create("\u202A\u202B\u202D\u202E\u2066\u2067\u2068");

    private readonly MarkdownFeatures _features;
    private readonly ReaderOptions _options;
    private readonly ReaderBudget _budget;
    private readonly ReadingLog _log = new();
    private readonly BlockParser _blocks;
    private readonly InlineParser _inlines;
    private readonly InlineConversion _conversion;

    private MarkdownReader(string text, MarkdownFeatures features, ReaderOptions options, ReaderBudget budget)
    {
        _features = features;
        _options = options;
        _budget = budget;
        var references = new LinkReferences(text.Length);
        _blocks = new BlockParser(features, references, budget, _log);
        _inlines = new InlineParser(features, references, label => _blocks.Footnotes.GetValueOrDefault(LinkReferences.Normalize(label))?.Label, budget);
        _conversion = new InlineConversion(features, options, budget, _log);
    }

    /// <summary>Reads a text. Its length is checked against <see cref="ReaderLimits.MarkupLength"/>.</summary>
    public static Document Read(string text, ReaderOptions options, ReaderBudget budget) => Read(text, FeaturesOf(options.Markdown), options, budget);

    internal static Document Read(string text, MarkdownFeatures features, ReaderOptions options, ReaderBudget budget)
    {
        budget.Markup(text.Length);
        return new MarkdownReader(text, features, options, budget).Read(text);
    }

    private static MarkdownFeatures FeaturesOf(MarkdownProfile profile) => profile switch
    {
        MarkdownProfile.CommonMark => MarkdownFeatures.None,
        MarkdownProfile.GitHub => MarkdownFeatures.GitHub,
        _ => MarkdownFeatures.Extended,
    };

    private Document Read(string text)
    {
        var body = text.AsSpan().TrimStart('\uFEFF');
        var metadata = DocumentMetadata.None;
        if (_features.HasFlag(MarkdownFeatures.FrontMatter) && FrontMatter.Take(ref body) is { } front)
        {
            metadata = front;
        }

        ReportBidi(body);
        var root = _blocks.Parse(body);
        var blocks = Convert(root.Children);
        var notes = Footnotes(blocks);
        return new Document(metadata, blocks, notes, _log.Losses, _log.Findings);
    }

    private void ReportBidi(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny(BidiControls))
        {
            _log.Find(FindingKind.BidiControl, "characters that turn the direction of text");
        }
    }

    /// <summary>The notes in the order of their first reference, also from inside other notes; those never referred to are left out, as GitHub does.</summary>
    private ImmutableArray<Footnote> Footnotes(ImmutableArray<Block> blocks)
    {
        var notes = ImmutableArray.CreateBuilder<Footnote>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>(FootnoteReferences.In(blocks));
        while (pending.TryDequeue(out var id))
        {
            if (known.Add(id) && _blocks.Footnotes.TryGetValue(LinkReferences.Normalize(id), out var node))
            {
                var content = Convert(node.Children);
                notes.Add(new Footnote(id, content));
                foreach (var inner in FootnoteReferences.In(content))
                {
                    pending.Enqueue(inner);
                }
            }
        }

        return notes.ToImmutable();
    }

    private ImmutableArray<Block> Convert(List<BlockNode> nodes)
    {
        var blocks = ImmutableArray.CreateBuilder<Block>(nodes.Count);
        foreach (var node in nodes)
        {
            switch (node.Kind)
            {
                case BlockKind.Paragraph: blocks.Add(new Block.Paragraph(Running(node.Text.ToString()))); break;
                case BlockKind.Heading: blocks.Add(new Block.Heading(node.Level, Running(node.Text.ToString()))); break;
                case BlockKind.ThematicBreak: blocks.Add(new Block.ThematicBreak()); break;
                case BlockKind.Quote: blocks.Add(new Block.Quote(Convert(node.Children))); break;
                case BlockKind.List: blocks.Add(ConvertList(node)); break;
                case BlockKind.Code: blocks.Add(new Block.Code(node.Text.ToString(), node.Info is { Length: > 0 } info ? info : null)); break;
                case BlockKind.Html: AddHtml(blocks, node.Text.ToString()); break;
                case BlockKind.Table: blocks.Add(ConvertTable(node)); break;
                case BlockKind.DefinitionList: blocks.Add(ConvertDefinitions(node)); break;
                case BlockKind.Footnote: break;
            }
        }

        return blocks.ToImmutable();
    }

    private ImmutableArray<Inline> Running(string text) => _conversion.Convert(_inlines.Parse(text.TrimStart(' ', '\t', '\n')));

    private Block.List ConvertList(BlockNode list)
    {
        var items = ImmutableArray.CreateBuilder<ListItem>(list.Children.Count);
        foreach (var item in list.Children)
        {
            var done = TakeTask(item);
            items.Add(new ListItem(Convert(item.Children), done));
        }

        return new Block.List(list.Marker!.Ordered, list.Marker.Start, list.Tight, items.MoveToImmutable());
    }

    private bool? TakeTask(BlockNode item)
    {
        if (!_features.HasFlag(MarkdownFeatures.TaskLists) || item.Children is not [{ Kind: BlockKind.Paragraph } first, ..] || first.Text.Length < 5)
        {
            return null;
        }

        var text = first.Text;
        if (text[0] != '[' || text[2] != ']' || text[1] is not (' ' or 'x' or 'X') || text[3] is not (' ' or '\t'))
        {
            return null;
        }

        var done = text[1] != ' ';
        text.Remove(0, 4);
        return done;
    }

    private Block.Table ConvertTable(BlockNode table)
    {
        var width = table.Columns.Count;
        var rows = ImmutableArray.CreateBuilder<TableRow>(table.Rows.Count);
        foreach (var row in table.Rows)
        {
            var cells = ImmutableArray.CreateBuilder<TableCell>(width);
            for (var i = 0; i < width; i++)
            {
                _budget.Tick();
                var text = i < row.Count ? row[i] : "";
                cells.Add(new TableCell(text.Length == 0 ? [] : [new Block.Paragraph(Running(text))]));
            }

            rows.Add(new TableRow(cells.MoveToImmutable()));
        }

        return new Block.Table([.. table.Columns], 1, rows.MoveToImmutable(), []);
    }

    private Block.DefinitionList ConvertDefinitions(BlockNode list)
    {
        var items = ImmutableArray.CreateBuilder<Definition>();
        var terms = ImmutableArray.CreateBuilder<ImmutableArray<Inline>>();
        var details = ImmutableArray.CreateBuilder<ImmutableArray<Block>>();
        foreach (var node in list.Children)
        {
            if (node.Kind == BlockKind.Term && details.Count > 0)
            {
                items.Add(new Definition(terms.DrainToImmutable(), details.DrainToImmutable()));
            }

            if (node.Kind == BlockKind.Term)
            {
                terms.Add(Running(node.Text.ToString()));
            }
            else
            {
                details.Add(Convert(node.Children));
            }
        }

        items.Add(new Definition(terms.DrainToImmutable(), details.DrainToImmutable()));
        return new Block.DefinitionList(items.ToImmutable());
    }

    private void AddHtml(ImmutableArray<Block>.Builder blocks, string source)
    {
        if (_options.RawHtml == RawHtmlHandling.Convert)
        {
            blocks.AddRange(HtmlReader.ReadFragment(source, _budget, _log));
            return;
        }

        var html = source.TrimEnd('\n') + "\n";
        blocks.Add(new Block.RawHtml(_features.HasFlag(MarkdownFeatures.TagFilter) ? TagFilter.Disarm(html) : html));
    }
}
