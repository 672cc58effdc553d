using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Tests.Markdown;

public sealed class MarkdownAttackTests
{
    [Theory]
    [InlineData(">")]
    [InlineData("> ")]
    [InlineData("[")]
    [InlineData("![")]
    [InlineData("*a **a ")]
    [InlineData("_a__")]
    [InlineData("[a](<")]
    [InlineData("a <!--")]
    [InlineData("a <?")]
    [InlineData("`a``")]
    [InlineData("- ")]
    [InlineData("[^a]: ")]
    [InlineData("~~a~")]
    public void A_mark_repeated_keeps_the_text_after_it(string mark)
    {
        var document = Tests.Reading.Markdown(string.Concat(Enumerable.Repeat(mark, 20_000)) + "\n\nstill here");
        Assert.Contains("still here", document.ToText(), StringComparison.Ordinal);
        document.ToHtml();
        document.ToMarkdown();
    }

    [Fact]
    public void A_wide_table_of_short_rows_is_refused_by_its_cells()
    {
        var table = string.Concat(Enumerable.Repeat("|a", 2000)) + "\n" + string.Concat(Enumerable.Repeat("|-", 2000)) + "\n" + string.Concat(Enumerable.Repeat("|x\n", 5000));
        Assert.Equal("too_many_cells", Assert.Throws<DocumentRefusedException>(() => Tests.Reading.Markdown(table)).Code);
    }

    [Fact]
    public void A_long_definition_used_often_is_copied_only_so_often()
    {
        var text = $"[a]: /{new string('x', 20_000)}\n\n" + string.Concat(Enumerable.Repeat("[a] ", 3000));
        Assert.True(Tests.Reading.Markdown(text).ToHtml().Length < 300_000);
    }

    [Fact]
    public void Script_in_markdown_is_left_out_and_reported()
    {
        var document = Tests.Reading.Markdown("<script>alert(1)</script>\n\nA <b onclick=\"x()\">bold</b> [link](javascript:x) ![p](http://tracker.example/p.png)\n");
        var html = document.ToHtml();
        Assert.DoesNotContain("script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("onclick", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("<strong>bold</strong>", html, StringComparison.Ordinal);
        Assert.True(document.Found(FindingKind.ActiveContent));
        Assert.True(document.Found(FindingKind.ExternalReference));
        Assert.Equal(1, document.Count(LossKind.UnsafeLink));
    }

    [Theory]
    [InlineData("javascript:x")]
    [InlineData("JaVa\tScript:x")]
    [InlineData("&#106;avascript:x")]
    [InlineData("vbscript:x")]
    [InlineData("data:text/html,x")]
    public void A_script_address_is_seen_through_its_disguise(string target) =>
        Assert.DoesNotContain("href", Tests.Reading.Markdown($"[a](<{target}>)").ToHtml(), StringComparison.Ordinal);

    [Fact]
    public void Html_is_kept_only_where_it_is_asked_for()
    {
        const string Text = "a <em>b</em> <u>c</u>\n";
        Assert.Equal("<p>a <em>b</em> <u>c</u></p>\n", Tests.Reading.Markdown(Text).ToHtml());
        Assert.Contains("<x-y>", Tests.Reading.Markdown("a <x-y> b", new ReaderOptions { RawHtml = RawHtmlHandling.Keep }).ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("<x-y>", Tests.Reading.Markdown("a <x-y> b").ToHtml(), StringComparison.Ordinal);
    }
}
