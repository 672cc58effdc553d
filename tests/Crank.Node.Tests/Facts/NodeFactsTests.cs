using Crank.Node.Facts;

namespace Crank.Node.Tests.Facts;

public sealed class NodeFactsTests
{
    [Fact]
    public void This_machine_has_a_core_and_memory()
    {
        var facts = NodeFacts.Read();
        Assert.InRange(facts.Cores, 1, 4096);
        Assert.InRange(facts.Memory.Value, 64L << 20, long.MaxValue);
        Assert.Equal(facts.Architecture, facts.Architecture.ToLowerInvariant());
    }

    [Theory]
    [InlineData("processor\t: 0\nmodel name\t: Frugal 9: 2.1 GHz\n", "Frugal 9: 2.1 GHz")]
    [InlineData("processor\t: 0\nmodel name\t:\n", null)]
    [InlineData("", null)]
    public void The_model_is_the_first_that_the_system_names(string file, string? model) => Assert.Equal(model, NodeFacts.ModelIn(file.Split('\n')));

    [Fact]
    public void A_model_longer_than_the_maximum_is_cut() => Assert.Equal(128, NodeFacts.ModelIn(["model name: " + new string('x', 500)])?.Length);
}
