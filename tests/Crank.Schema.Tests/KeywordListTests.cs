using System.Text.RegularExpressions;

namespace Crank.Schema.Tests;

public sealed class KeywordListTests
{
    [Fact]
    public void The_documentation_lists_exactly_the_keywords_of_the_code()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "schema-keywords.md"));
        var supported = text.IndexOf("## Supported", StringComparison.Ordinal);
        var unsupported = text.IndexOf("## Not supported", StringComparison.Ordinal);
        var bounds = text.IndexOf("## Bounds", StringComparison.Ordinal);
        Assert.Equal(SchemaKeywords.Supported.Order(StringComparer.Ordinal), Listed(text[supported..unsupported]).Order(StringComparer.Ordinal));
        Assert.Equal(SchemaKeywords.Unsupported.Order(StringComparer.Ordinal), Listed(text[unsupported..bounds]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_keyword_is_both_supported_and_not() => Assert.Empty(SchemaKeywords.Supported.Intersect(SchemaKeywords.Unsupported, StringComparer.Ordinal));

    private static IEnumerable<string> Listed(string section) =>
        section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Regex.Matches(line.Split('|')[1], "`([^`]+)`", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(m => m.Groups[1].Value));

    private static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Crank.slnx")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException("The repository's root is not above the tests.");
    }
}
