using System.IO.Compression;
using System.Text;

namespace Crank.Cli.Tests.Policy;

public sealed class DiffCommandTests
{
    private const string Log = """
        {"decision_id":"d1","path":"app/allow","input":{"n":1},"result":true,"timestamp":"2026-11-26T00:00:00Z"}
        {"decision_id":"d2","path":"app/allow","input":{"n":5},"result":true,"timestamp":"2026-11-26T00:00:01Z","labels":{"id":"x"}}

        {"decision_id":"d3","path":"app/allow","input":{"n":9},"erased":["/input/user"],"timestamp":"2026-11-26T00:00:02Z"}
        {"decision_id":"d4","path":"app/allow","erased":["/input"],"timestamp":"2026-11-26T00:00:03Z"}
        {"decision_id":"d5","path":"app/when","nd_builtin_cache":{"time.now_ns":{"[]":1700000000000000000}},"input":{},"timestamp":"2026-11-26T00:00:04Z"}
        {"decision_id":"m","path":"crank/log/mark","result":{"mark":"begin"},"timestamp":"2026-11-26T00:00:05Z"}
        {"decision_id":"d1","path":"crank/overruled","result":{"allow":false},"timestamp":"2026-11-26T00:00:06Z"}
        {"decision_id":"d2","path":"app/allow","input":{"n":5},"result":false,"custom":{"crank":{"shadow":true}},"timestamp":"2026-11-26T00:00:07Z"}
        """;

    private static PolicyFiles Files() => new(
        ("old/app.rego", "package app\n\nallow if input.n < 6\n\nwhen := time.now_ns()\n"),
        ("new/app.rego", "package app\n\nallow if input.n < 3\n\nallow if input.n == 9\n\nwhen := time.now_ns()\n"),
        ("new/app_test.rego", "package app_test\n\ntest_x if data.app.allow with input.n as 1\n"),
        ("log.jsonl", Log));

    [Fact]
    public async Task What_new_policies_answer_otherwise_is_counted_and_shown()
    {
        using var files = Files();
        var run = (await files.Folder.CrankAsync("policy", "diff", files.At("old"), files.At("new"), "--log", files.At("log.jsonl"))).Exits(0);
        Assert.Equal("""
            d2 data["app"]["allow"]
              - true
              + undefined
            d3 data["app"]["allow"]
              - undefined
              + true
            4 asked: 2 the same, 2 differ (1 now allowed, 1 now refused)
            1 events cannot be asked again: their input was taken out
            """, run.Out.TrimEnd());
        Assert.Contains("1 of 4 inputs were masked", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packed_log_is_read_and_the_list_is_bounded()
    {
        using var files = Files();
        await using (var packed = new GZipStream(File.Create(files.At("log.jsonl.gz")), CompressionLevel.Fastest))
        {
            await packed.WriteAsync(Encoding.UTF8.GetBytes(Log), TestContext.Current.CancellationToken);
        }

        var json = (await files.Folder.CrankAsync("policy", "diff", files.At("old"), files.At("new"), "-l", files.At("log.jsonl.gz"), "--max", "1", "--json")).Exits(0).OutJson;
        Assert.Equal((4, 2, 2, 1, 1, 1, 1), (
            json.GetProperty("asked").GetInt32(), json.GetProperty("same").GetInt32(), json.GetProperty("differ").GetInt32(), json.GetProperty("nowAllowed").GetInt32(),
            json.GetProperty("nowRefused").GetInt32(), json.GetProperty("masked").GetInt32(), json.GetProperty("leftOut").GetInt32()));
        Assert.Equal("d2", Assert.Single(json.GetProperty("changes").EnumerateArray()).GetProperty("decision_id").GetString());
    }

    [Fact]
    public async Task A_difference_fails_when_asked_to()
    {
        using var files = Files();
        (await files.Folder.CrankAsync("policy", "diff", files.At("old"), files.At("new"), "-l", files.At("log.jsonl"), "--fail")).Exits(ExitCode.VerificationSaysNo);
        (await files.Folder.CrankAsync("policy", "diff", files.At("old"), files.At("old"), "-l", files.At("log.jsonl"), "--fail")).Exits(ExitCode.Done);
    }

    [Theory]
    [InlineData("[1]", ExitCode.BadInput, "line 1 is no event")]
    [InlineData("{", ExitCode.BadInput, "line 1 is no event")]
    public async Task What_is_no_decision_log_is_refused(string text, int exit, string why)
    {
        using var files = Files();
        File.WriteAllText(files.At("bad.jsonl"), text);
        Assert.Contains(why, (await files.Folder.CrankAsync("policy", "diff", files.At("old"), files.At("new"), "-l", files.At("bad.jsonl"))).Exits(exit).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_log_and_without_a_data_folder_there_is_nothing_to_ask()
    {
        using var files = Files();
        Assert.Contains("No decision is kept", (await files.Folder.CrankAsync("policy", "diff", files.At("old"), files.At("new"))).Exits(ExitCode.NotFoundOrConflict).Error, StringComparison.Ordinal);
        Assert.Contains("There is no decision log", (await files.Folder.CrankAsync("policy", "diff", files.At("old"), files.At("new"), "-l", files.At("none"))).Exits(ExitCode.NotFoundOrConflict).Error, StringComparison.Ordinal);
    }
}
