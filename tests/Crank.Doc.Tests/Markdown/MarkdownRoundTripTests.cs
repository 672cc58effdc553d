using System.Collections.Immutable;
using Crank.Doc.Model;
using CsCheck;

namespace Crank.Doc.Tests.Markdown;

/// <summary>What is written as Markdown reads back as the same document, whatever characters its text holds.</summary>
public sealed class MarkdownRoundTripTests
{
    private static readonly string[] Tricky =
    [
        "&amp;", "1. one", "- dash", "# hash", "===", "---", "a | b", "~~~", "```", "<b>", "[x]", "![", ": term", "snake_case_word", "5 * 3", "[^1]", "\\",
    ];

    private static readonly Gen<string> Words = Gen.OneOf(
        Gen.Char["abc ABC 123"].Array[1, 8].Select(c => new string(c)),
        Gen.Char["*_`[]()<>#+-=.!|~\\&:;\"'{}1 a"].Array[1, 6].Select(c => new string(c)),
        Gen.Int[0, Tricky.Length - 1].Select(i => Tricky[i]))
        .Select(s => string.Join(' ', s.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        .Where(s => s.Length > 0);

    private static readonly Gen<ImmutableArray<Inline>> Line = Gen.OneOf(
            Words.Select(w => (Inline)new Inline.Text(w)),
            Words.Select(w => (Inline)new Inline.Styled(InlineStyle.Strong, [new Inline.Text(w)])),
            Words.Select(w => (Inline)new Inline.Styled(InlineStyle.Emphasis, [new Inline.Text(w)])),
            Words.Select(w => (Inline)new Inline.Styled(InlineStyle.Strikethrough, [new Inline.Text(w)])),
            Words.Select(w => (Inline)new Inline.Styled(InlineStyle.Subscript, [new Inline.Text(w)])),
            Words.Select(w => (Inline)new Inline.Code(w)),
            Words.Select(w => (Inline)new Inline.Link("https://example.org/a_(b)?x=1&y=2", w.Replace("]", "", StringComparison.Ordinal), [new Inline.Text(w)])))
        .Array[1, 4]
        .Select(Spaced);

    private static readonly Gen<Block> Simple = Gen.OneOf(
        Line.Select(l => (Block)new Block.Paragraph(l)),
        Gen.Select(Gen.Int[1, 6], Line, (level, l) => (Block)new Block.Heading(level, l)),
        Words.Select(w => (Block)new Block.Code(w + "\n", "txt")),
        Gen.Const((Block)new Block.ThematicBreak()),
        Gen.Select(Line, Line, Line, (a, b, c) => (Block)new Block.Table([ColumnAlignment.Left, ColumnAlignment.Unspecified], 1, [Row(a, b), Row(b, c), Row(c, [])], [])));

    private static readonly Gen<Block> Nested = Gen.OneOf(
        Simple,
        Simple.Array[1, 3].Select(b => (Block)new Block.Quote([.. b])),
        Gen.Select(Gen.Bool, Gen.Int[1, 20], Simple.Array[1, 2].Array[2, 3], (ordered, start, items) =>
            (Block)new Block.List(ordered, ordered ? start : 1, false, [.. items.Select(i => new ListItem([.. i]))])));

    [Fact]
    public void What_is_written_reads_back_the_same() =>
        Nested.Array[1, 4].Sample(
            blocks =>
            {
                var document = Document.Of([.. blocks]);
                var markdown = document.ToMarkdown();
                var again = Tests.Reading.Markdown(markdown);
                return document.ToHtml() == again.ToHtml();
            },
            iter: 2000,
            print: blocks => $"{Document.Of([.. blocks]).ToMarkdown()}\n--- was\n{Document.Of([.. blocks]).ToHtml()}\n--- is\n{Tests.Reading.Markdown(Document.Of([.. blocks]).ToMarkdown()).ToHtml()}");

    private static ImmutableArray<Inline> Spaced(Inline[] inlines) => [.. inlines.SelectMany((inline, i) => i == 0 ? [inline] : new[] { new Inline.Text(" "), inline })];

    private static TableRow Row(ImmutableArray<Inline> left, ImmutableArray<Inline> right) => new([Cell(left), Cell(right)]);

    private static TableCell Cell(ImmutableArray<Inline> content) => new(content.IsEmpty ? [] : [new Block.Paragraph(content)]);
}
