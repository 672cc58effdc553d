using System.Text;
using System.Text.RegularExpressions;

namespace Crank.Gateway.Tests.Opa;

/// <summary>What <c>docs/policy-neighbours.md</c> lists as refused is refused, in those words.</summary>
public sealed partial class RefusedListTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_document_lists_as_refused_is_refused_by_name()
    {
        var rows = Row().Matches(await File.ReadAllTextAsync(Repository.File("docs", "policy-neighbours.md"), Stop));
        Assert.True(rows.Count >= 12);
        await using var asked = await AskedGateway.StartAsync("package a\n\nx := 1");

        foreach (Match row in rows)
        {
            using var request = new HttpRequestMessage(new(row.Groups["method"].Value), row.Groups["path"].Value) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
            using var answer = await asked.Owner.SendAsync(request, Stop);

            Assert.Equal(int.Parse(row.Groups["status"].Value), (int)answer.StatusCode);
            Assert.Contains(row.Groups["says"].Value, await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"^\| `(?<method>[A-Z]+) (?<path>/\S+)` \| (?<status>\d{3}) \| (?<says>.+) \|$", RegexOptions.Multiline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Row();
}
