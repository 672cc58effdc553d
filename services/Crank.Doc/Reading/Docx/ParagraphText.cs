using System.Collections.Immutable;
using System.Text;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Docx;

/// <summary>Collects the runs of a paragraph; neighbours that are set alike become one, and styles nest as few times as they can.</summary>
internal sealed class ParagraphText(ReaderBudget budget)
{
    private static readonly (RunFormat Format, InlineStyle Style)[] Order =
    [
        (RunFormat.Strong, InlineStyle.Strong),
        (RunFormat.Emphasis, InlineStyle.Emphasis),
        (RunFormat.Strikethrough, InlineStyle.Strikethrough),
        (RunFormat.Underline, InlineStyle.Underline),
        (RunFormat.Highlight, InlineStyle.Highlight),
        (RunFormat.Superscript, InlineStyle.Superscript),
        (RunFormat.Subscript, InlineStyle.Subscript),
    ];

    private readonly List<Piece> _pieces = [];
    private StringBuilder? _text;
    private RunFormat _format;

    public bool IsEmpty => _pieces.Count == 0 && _text is null;

    public void Text(string text, RunFormat format)
    {
        if (text.Length == 0)
        {
            return;
        }

        budget.Text(text.Length);
        if (_text is null || _format != format)
        {
            Flush();
            budget.Nodes();
            _text = new StringBuilder();
            _format = format;
        }

        _text.Append(text);
    }

    public void Add(Inline inline, RunFormat format = RunFormat.None)
    {
        Flush();
        budget.Nodes();
        _pieces.Add(new Piece(inline, format));
    }

    public ImmutableArray<Inline> Build()
    {
        Flush();
        return Nest(0, _pieces.Count, 0);
    }

    private void Flush()
    {
        if (_text is not null)
        {
            var text = _text.ToString();
            _pieces.Add(new Piece(_format.HasFlag(RunFormat.Code) ? new Inline.Code(text) : new Inline.Text(text), _format & ~RunFormat.Code));
            _text = null;
        }
    }

    private ImmutableArray<Inline> Nest(int from, int to, int order)
    {
        var content = ImmutableArray.CreateBuilder<Inline>(to - from);
        if (order == Order.Length)
        {
            for (var i = from; i < to; i++)
            {
                content.Add(_pieces[i].Inline);
            }

            return content.MoveToImmutable();
        }

        var start = from;
        while (start < to)
        {
            var styled = _pieces[start].Format.HasFlag(Order[order].Format);
            var end = start + 1;
            while (end < to && _pieces[end].Format.HasFlag(Order[order].Format) == styled)
            {
                end++;
            }

            var inner = Nest(start, end, order + 1);
            if (styled && !inner.All(i => i is Inline.LineBreak))
            {
                content.Add(new Inline.Styled(Order[order].Style, inner));
            }
            else
            {
                content.AddRange(inner);
            }

            start = end;
        }

        return content.ToImmutable();
    }

    private sealed record Piece(Inline Inline, RunFormat Format);
}
