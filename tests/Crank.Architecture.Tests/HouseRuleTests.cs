using System.Text.RegularExpressions;

namespace Crank.Architecture.Tests;

public sealed partial class HouseRuleTests
{
    [Fact]
    public void A_source_file_holds_one_public_type()
    {
        var crowded = Repository.Files("*.cs", "src", "services")
            .Select(f => (File: Path.GetRelativePath(Repository.Root, f), Types: PublicType().Count(File.ReadAllText(f))))
            .Where(f => f.Types > 1);
        Assert.Empty(crowded);
    }

    [Fact]
    public void Two_public_types_in_a_file_are_counted() =>
        Assert.Equal(2, PublicType().Count("public sealed class A;\n\npublic readonly record struct B(int C);\n    public enum Nested { }"));

    [Fact]
    public void Unfinished_work_is_not_committed()
    {
        var unfinished = Repository.Files("*.cs", "src", "services")
            .Where(f => Unfinished().IsMatch(File.ReadAllText(f)))
            .Select(f => Path.GetRelativePath(Repository.Root, f));
        Assert.Empty(unfinished);
    }

    [Fact]
    public void Decisions_are_numbered_once()
    {
        var numbers = Repository.Files("*.md", "docs/adr").Select(f => Path.GetFileName(f)[..4]).ToList();
        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
    }

    [GeneratedRegex(@"^public (?:[a-z]+ )*(?:class|struct|interface|enum|record|delegate) ", RegexOptions.Multiline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"NotImplementedException|\b(?:TODO|FIXME|HACK|XXX:)", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Unfinished();
}
