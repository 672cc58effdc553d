using Crank.Doc.Model;

namespace Crank.Doc.Tests.Html;

public sealed class HtmlReaderTests
{
    [Fact]
    public void Deep_nesting_keeps_its_text()
    {
        var html = string.Concat(Enumerable.Repeat("<div><span>", 50_000)) + "inside" + string.Concat(Enumerable.Repeat("</span></div>", 50_000)) + "<p>after</p>";
        var document = Tests.Reading.Html(html);
        Assert.Equal("inside\n\nafter\n", document.ToText());
        Assert.True(document.Count(LossKind.NestingFlattened) > 0);
    }

    [Fact]
    public void Tables_that_never_close_keep_their_text() =>
        Assert.Contains("innermost", Tests.Reading.Html(string.Concat(Enumerable.Repeat("<table><tr><td>", 5000)) + "innermost").ToMarkdown(), StringComparison.Ordinal);

    [Fact]
    public void Hidden_text_is_left_out_and_reported()
    {
        var document = Tests.Reading.Html("<p>seen</p><p hidden>a</p><p style='DISPLAY: none'>b</p><span style=font-size:0>c</span><p style='position:absolute;left:-9999px'>d</p><!-- e -->");
        Assert.Equal("seen\n", document.ToText());
        Assert.Equal(4, document.Count(LossKind.HiddenText));
        Assert.True(document.Found(FindingKind.HiddenText));
    }

    [Fact]
    public void Script_handlers_and_markup_in_titles_do_not_pass()
    {
        var document = Tests.Reading.Html("<p onclick=x()>a</p><script>b</script><a href='java\nscript:c'>d</a><img src=x alt='e' title='--&gt;&lt;img src=1 onerror=f&gt;'><iframe src=g></iframe>");
        var html = document.ToHtml();
        Assert.Equal("<p>a</p>\n<p>d<img src=\"x\" alt=\"e\" /></p>\n", html);
        Assert.True(document.Found(FindingKind.ActiveContent));
        Assert.True(document.Found(FindingKind.ExternalReference));
    }

    [Fact]
    public void Spans_that_reach_beyond_the_table_end_with_it()
    {
        var document = Tests.Reading.Html("<table><tr><th>a</th><th>b</th></tr><tr><td rowspan=99>c</td><td>d</td></tr><tr><td>e</td></tr></table>");
        var table = Assert.IsType<Block.Table>(Assert.Single(document.Blocks));
        Assert.Equal(2, table.Columns.Length);
        Assert.Equal(1, table.HeaderRows);
        Assert.Equal(2, table.Rows[1].Cells[0].RowSpan);
        Assert.Equal("| a | b |\n| --- | --- |\n| c | d |\n|  | e |\n", document.ToMarkdown());
    }

    [Fact]
    public void White_space_collapses_across_elements() =>
        Assert.Equal("one *two* three\n", Tests.Reading.Html("<p> one <em> two </em>\n three </p>").ToMarkdown());

    [Fact]
    public void Footnotes_of_other_converters_are_footnotes_again()
    {
        var document = Tests.Reading.Html("<p>text<sup><a href='#n1' role='doc-noteref'>1</a></sup></p><section role='doc-endnotes'><ol><li id='n1'><p>note <a href='#r1' role='doc-backlink'>back</a></p></li></ol></section>");
        Assert.Equal("text[^n1]\n\n[^n1]: note\n", document.ToMarkdown());
    }
}
