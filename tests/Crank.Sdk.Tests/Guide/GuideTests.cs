using System.Text.RegularExpressions;

namespace Crank.Sdk.Tests.Guide;

public sealed partial class GuideTests
{
    [Fact]
    public void Every_code_block_of_the_guide_is_a_file_that_is_compiled_and_tested_here()
    {
        var guide = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "writing-a-capability.md"));
        var compiled = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Guide"), "*.cs").Select(f => File.ReadAllText(f).TrimEnd()).ToHashSet(StringComparer.Ordinal);
        var blocks = CodeBlock().Matches(guide).Select(m => m.Groups["code"].Value.TrimEnd()).ToArray();
        Assert.Equal(3, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(block, compiled));
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeBlock();
}
