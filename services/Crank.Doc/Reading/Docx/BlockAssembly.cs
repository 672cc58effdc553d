using System.Collections.Immutable;
using System.Text;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Docx;

/// <summary>Puts paragraphs together: items into lists, lines into code, paragraphs into quotes.</summary>
internal sealed class BlockAssembly(ReaderBudget budget)
{
    private readonly ImmutableArray<Block>.Builder _blocks = ImmutableArray.CreateBuilder<Block>();
    private readonly List<OpenList> _lists = [];
    private readonly StringBuilder _code = new();
    private readonly ImmutableArray<Block>.Builder _quote = ImmutableArray.CreateBuilder<Block>();

    public void Add(Block block)
    {
        EndAll();
        budget.Nodes();
        _blocks.Add(block);
    }

    public void Add(DocxParagraph paragraph)
    {
        budget.Nodes();
        var role = paragraph.Role;
        if (paragraph.Item is { } item && role.HeadingLevel == 0)
        {
            EndCode();
            EndQuote();
            AddItem(paragraph, item);
            return;
        }

        if (role.Role == BlockRole.Code && role.HeadingLevel == 0)
        {
            EndLists();
            EndQuote();
            _code.Append(CodeLine(paragraph.Content)).Append('\n');
            return;
        }

        if (paragraph.Content.IsEmpty)
        {
            return;
        }

        if (role.ContinuesItem && _lists.Count > 0)
        {
            _lists[^1].Items[^1].Add(new Block.Paragraph(paragraph.Content));
            return;
        }

        EndLists();
        EndCode();
        if (role.HeadingLevel > 0)
        {
            EndQuote();
            _blocks.Add(new Block.Heading(role.HeadingLevel, paragraph.Content, paragraph.Bookmark));
        }
        else if (role.Role == BlockRole.Quote)
        {
            _quote.Add(new Block.Paragraph(paragraph.Content));
        }
        else
        {
            EndQuote();
            _blocks.Add(new Block.Paragraph(paragraph.Content));
        }
    }

    public ImmutableArray<Block> Build()
    {
        EndAll();
        return _blocks.DrainToImmutable();
    }

    private static string CodeLine(ImmutableArray<Inline> content)
    {
        var line = new StringBuilder();
        foreach (var inline in content)
        {
            line.Append(inline is Inline.LineBreak ? "\n" : Inlines.PlainText([inline]));
        }

        return line.ToString();
    }

    private void AddItem(DocxParagraph paragraph, (bool Ordered, int Number, string List) item)
    {
        while (_lists.Count > 0 && _lists[^1].Level > paragraph.Level)
        {
            EndList();
        }

        if (_lists.Count > 0 && _lists[^1].Level == paragraph.Level && (_lists[^1].Ordered != item.Ordered || _lists[^1].Source != item.List))
        {
            EndList();
        }

        if (_lists.Count == 0 || _lists[^1].Level < paragraph.Level)
        {
            _lists.Add(new OpenList(paragraph.Level, item.Ordered, item.Ordered ? item.Number : 1, item.List));
        }

        _lists[^1].Items.Add([new Block.Paragraph(paragraph.Content)]);
    }

    private void EndAll()
    {
        EndLists();
        EndCode();
        EndQuote();
    }

    private void EndLists()
    {
        while (_lists.Count > 0)
        {
            EndList();
        }
    }

    private void EndList()
    {
        var ended = _lists[^1];
        _lists.RemoveAt(_lists.Count - 1);
        var tight = ended.Items.All(i => i.Count(b => b is Block.Paragraph) <= 1);
        var list = new Block.List(ended.Ordered, ended.Start, tight, [.. ended.Items.Select(i => new ListItem([.. i]))]);
        if (_lists.Count > 0)
        {
            _lists[^1].Items[^1].Add(list);
        }
        else
        {
            _blocks.Add(list);
        }
    }

    private void EndCode()
    {
        if (_code.Length > 0)
        {
            _blocks.Add(new Block.Code(_code.ToString()));
            _code.Clear();
        }
    }

    private void EndQuote()
    {
        if (_quote.Count > 0)
        {
            _blocks.Add(new Block.Quote(_quote.DrainToImmutable()));
        }
    }

    private sealed record OpenList(int Level, bool Ordered, int Start, string Source)
    {
        public List<List<Block>> Items { get; } = [];
    }
}
