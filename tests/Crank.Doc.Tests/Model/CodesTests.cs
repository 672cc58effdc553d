using System.Text.RegularExpressions;
using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Tests.Model;

public sealed partial class CodesTests
{
    [Fact]
    public void The_documents_list_every_refusal_and_no_other() => Assert.Equal(Enum.GetValues<RefusalReason>().Select(Codes.Of).Order(), Listed("Refusals"));

    [Fact]
    public void The_documents_list_every_loss_and_no_other() => Assert.Equal(Enum.GetValues<LossKind>().Select(Codes.Of).Order(), Listed("Losses"));

    [Fact]
    public void The_documents_list_every_finding_and_no_other() => Assert.Equal(Enum.GetValues<FindingKind>().Select(Codes.Of).Order(), Listed("Findings"));

    private static IEnumerable<string> Listed(string section)
    {
        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "doc-formats.md")).SkipWhile(l => l != "## " + section).Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal));
        return lines.Select(l => Code().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value).Order();
    }

    [GeneratedRegex("^\\| `([a-z_]+)` \\|", RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
