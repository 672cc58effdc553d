using Crank.Doc.Reading;

namespace Crank.Doc.Tests.Html;

public sealed class HtmlLimitsTests
{
    [Fact]
    public void Elements_are_counted_while_the_tree_grows()
    {
        var limits = new ReaderLimits { Nodes = 1000 };
        var page = string.Concat(Enumerable.Repeat("<p>a</p>", 300));
        Assert.Equal("too_many_nodes", Assert.Throws<DocumentRefusedException>(() => Tests.Reading.Html(page, limits)).Code);
        Assert.NotEmpty(Tests.Reading.Html(page).Blocks);
    }

    [Fact]
    public void Formatting_that_is_opened_again_in_every_paragraph_is_refused_by_its_elements()
    {
        var page = string.Concat(Enumerable.Repeat("<p><b><i><u>x", 50_000));
        Assert.Equal("too_many_nodes", Assert.Throws<DocumentRefusedException>(() => Tests.Reading.Html(page)).Code);
    }
}
