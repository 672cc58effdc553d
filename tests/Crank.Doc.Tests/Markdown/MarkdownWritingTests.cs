using Crank.Doc.Model;

namespace Crank.Doc.Tests.Markdown;

public sealed class MarkdownWritingTests
{
    private static readonly Inline Both = new Inline.Styled(InlineStyle.Strong, [new Inline.Styled(InlineStyle.Emphasis, [new Inline.Text("both")])]);

    [Fact]
    public void Strong_emphasis_has_three_marks() => Assert.Equal("***both***\n", Document.Of(new Block.Paragraph([Both])).ToMarkdown());

    [Fact]
    public void Space_at_the_edge_of_a_style_moves_out() =>
        Assert.Equal("a **b** c\n", Document.Of(new Block.Paragraph([new Inline.Text("a"), new Inline.Styled(InlineStyle.Strong, [new Inline.Text(" b ")]), new Inline.Text("c")])).ToMarkdown());

    [Fact]
    public void A_style_that_marks_cannot_say_is_said_in_html() =>
        Assert.Equal("a<strong>(b)</strong>c\n", Document.Of(new Block.Paragraph([new Inline.Text("a"), new Inline.Styled(InlineStyle.Strong, [new Inline.Text("(b)")]), new Inline.Text("c")])).ToMarkdown());

    [Fact]
    public void Two_lists_in_a_row_stay_two()
    {
        var list = new Block.List(false, 1, true, [new ListItem([new Block.Paragraph([new Inline.Text("x")])])]);
        var document = Document.Of(list, list, list);
        Assert.Equal("- x\n\n* x\n\n- x\n", document.ToMarkdown());
        Assert.Equal(3, Tests.Reading.Markdown(document.ToMarkdown()).Blocks.Length);
    }

    [Fact]
    public void Spans_and_blocks_in_cells_are_flattened_and_counted()
    {
        var cell = new TableCell([new Block.Paragraph([new Inline.Text("a")]), new Block.Paragraph([new Inline.Text("b|c")])], 1, 2);
        var table = new Block.Table([ColumnAlignment.Unspecified, ColumnAlignment.Right], 0, [new TableRow([cell])], []);
        var written = Crank.Doc.Writing.DocumentWriters.Write(Crank.Doc.Writing.OutputFormat.Markdown, Document.Of(table), Crank.Doc.Writing.WriterOptions.Default);
        Assert.Equal("|  |  |\n| --- | --: |\n| a<br>b\\|c |  |\n", written.Text);
        Assert.Equal([new Loss(LossKind.TableSpan, 1), new Loss(LossKind.TableCellStructure, 1)], written.Losses);
    }
}
