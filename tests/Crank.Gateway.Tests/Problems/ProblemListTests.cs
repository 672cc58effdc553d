using System.Text.RegularExpressions;
using Crank.Gateway.Problems;
using Crank.Mesh.Path;

namespace Crank.Gateway.Tests.Problems;

public sealed partial class ProblemListTests
{
    [Fact]
    public void Every_code_of_the_gateway_stands_in_the_list_with_its_status_and_no_other()
    {
        var text = File.ReadAllText(Repository.File("docs", "errors.md"));
        var listed = Row().Matches(text[text.IndexOf("## What the gateway answers itself", StringComparison.Ordinal)..]).Select(m => (m.Groups[1].Value, int.Parse(m.Groups[2].Value)));

        Assert.Equal(ProblemCodes.All.Select(c => (c.Code, c.Status)), listed);
    }

    [Fact]
    public void Every_kind_of_refusal_has_a_status_that_says_whose_fault_it_is()
    {
        var statuses = Enum.GetValues<RefusalKind>().ToDictionary(kind => kind, kind => ProblemCodes.StatusOf(new(kind, RefusalCodes.BadInput, "")));

        Assert.All(statuses.Values, status => Assert.InRange(status, 400, 599));
        Assert.Equal((403, 402, 404, 504), (statuses[RefusalKind.Policy], statuses[RefusalKind.NoFunds], statuses[RefusalKind.NotFound], statuses[RefusalKind.Deadline]));
    }

    [GeneratedRegex(@"^\| `([a-z-]+)` \| (\d{3}) \|", RegexOptions.Multiline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Row();
}
