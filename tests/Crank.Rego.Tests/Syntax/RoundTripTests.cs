using Crank.Rego.Syntax;

namespace Crank.Rego.Tests.Syntax;

public sealed class RoundTripTests
{
    private static Module Read(string text)
    {
        var result = Parser.ParseModule("test.rego", text);
        Assert.True(result.Ok, (result.Errors.IsEmpty ? "" : result.Errors[0].Explain()) + "\n" + text);
        return result.Value;
    }

    private static void Same(Module a, Module b, string text)
    {
        Assert.True(Terms.Same(a.Package.Path, b.Package.Path), text);
        Assert.Equal(a.Rules.Length, b.Rules.Length);
        for (var i = 0; i < a.Rules.Length; i++)
            Assert.True(TermComparer.Same(a.Rules[i], b.Rules[i]), $"{a.Rules[i]}\n{b.Rules[i]}\n{text}");
    }

    [Fact]
    public void What_is_printed_reads_as_the_same_nodes()
    {
        foreach (var seed in Enumerable.Range(0, 300))
        {
            var module = Read(new RandomModule(seed).Text());
            Same(module, Read(module.ToString()), module.ToString());
        }
    }

    [Fact]
    public void What_is_formatted_reads_as_the_same_nodes_keeps_its_comments_and_is_formatted_the_same_again()
    {
        foreach (var seed in Enumerable.Range(0, 300))
        {
            var text = new RandomModule(seed).Text();
            var module = Read(text);
            var formatted = Formatter.Format(module);
            var again = Read(formatted);
            Same(module, again, text + "\n---\n" + formatted);
            Assert.Equal(module.Comments.Select(c => c.Text.Trim()), again.Comments.Select(c => c.Text.Trim()));
            Assert.Equal(formatted, Formatter.Format(again));
        }
    }

    [Fact]
    public void The_shapes_of_a_module_as_a_value_can_be_made_for_any_module() =>
        Assert.All(Enumerable.Range(0, 100), seed => Assert.True(AstValue.Of(Read(new RandomModule(seed).Text())).IsDefined));
}
