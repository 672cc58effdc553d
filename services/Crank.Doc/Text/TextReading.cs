using System.Buffers;
using System.Collections.Immutable;
using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Text;

/// <summary>Plain text as a document: empty lines part paragraphs, indented paragraphs are preformatted, a form feed starts a page.</summary>
internal static class TextReading
{
    private const int CodeIndent = 4;
    private const int ShortestWrapped = 50;

    private static readonly SearchValues<char> _bidiControls = SearchValues.Create("\u202A\u202B\u202D\u202E\u2066\u2067\u2068");

    public static Document Read(ReadOnlyMemory<byte> content, ReaderOptions options, ReaderBudget budget)
    {
        var log = new ReadingLog();
        var decoded = TextDecoding.Decode(content.Span, options.Encoding, budget);
        if (decoded.Undecodable > 0)
        {
            log.Lose(LossKind.UndecodableText, decoded.Undecodable);
        }

        if (decoded.Text.AsSpan().ContainsAny(_bidiControls))
        {
            log.Find(FindingKind.BidiControl, "characters that change the direction of text");
        }

        return new Document(DocumentMetadata.None, Blocks(decoded.Text, budget), [], log.Losses, log.Findings);
    }

    private static ImmutableArray<Block> Blocks(string text, ReaderBudget budget)
    {
        var blocks = ImmutableArray.CreateBuilder<Block>();
        var lines = new List<string>();
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var line = raw;
            if (line.IndexOf('\f') >= 0)
            {
                Flush();
                blocks.Add(new Block.PageBreak());
                line = line.Trim('\f');
            }

            if (line.IsWhiteSpace())
            {
                Flush();
                continue;
            }

            budget.Nodes(2);
            lines.Add(line.ToString());
        }

        Flush();
        return blocks.ToImmutable();

        void Flush()
        {
            if (lines.Count > 0)
            {
                budget.Nodes();
                blocks.Add(lines.All(IsIndented) ? Preformatted(lines) : Paragraph(lines));
                lines.Clear();
            }
        }
    }

    private static bool IsIndented(string line) => line[0] == '\t' || (line.Length > CodeIndent && line.AsSpan(0, CodeIndent).IndexOfAnyExcept(' ') < 0);

    private static Block.Code Preformatted(List<string> lines)
    {
        var indent = lines.Min(l => l.Length - l.AsSpan().TrimStart(' ').Length);
        return new Block.Code(string.Concat(lines.Select(l => l[indent..] + "\n")));
    }

    /// <summary>A line that is about as long as its neighbours was wrapped by an editor; a short one ends on purpose.</summary>
    private static Block.Paragraph Paragraph(List<string> lines)
    {
        var longest = lines.Max(l => l.Length);
        var content = ImmutableArray.CreateBuilder<Inline>((lines.Count * 2) - 1);
        for (var i = 0; i < lines.Count; i++)
        {
            if (i > 0)
            {
                content.Add(new Inline.LineBreak(Hard: longest < ShortestWrapped || lines[i - 1].Length * 3 < longest * 2));
            }

            content.Add(new Inline.Text(lines[i].Trim()));
        }

        return new Block.Paragraph(content.MoveToImmutable());
    }
}
