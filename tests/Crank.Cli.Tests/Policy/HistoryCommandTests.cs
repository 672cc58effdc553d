using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests.Policy;

public sealed class HistoryCommandTests
{
    private const string Access = """
        package crank.access

        decision := {"allow": true, "rule": "mine", "reasons": [sprintf("at %d", [time.now_ns()])]} if data.open

        """;

    private static PolicyFiles Files() => new(("policies/access.rego", Access), ("policies/data.json", """{"open": true}"""), ("strict/access.rego", "package crank.access\n\ndecision := {\"allow\": false, \"reasons\": []}\n"));

    [Fact]
    public async Task A_decision_is_logged_and_made_again_from_its_receipt_until_its_input_is_erased()
    {
        using var files = Files();
        var receipt = files.Folder.InFolder("receipt.json");
        (await InvokeAsync(files, receipt)).Exits(0);
        (await InvokeAsync(files, files.Folder.InFolder("other.json"))).Exits(0);

        var verified = (await files.Folder.CrankAsync("policy", "log", "verify", "--json")).Exits(0).OutJson;
        Assert.Equal((true, 2, 0), (verified.GetProperty("verified").GetBoolean(), verified.GetProperty("written").GetInt32(), verified.GetProperty("lost").GetInt32()));

        // The policies in the folder change; those that decided are kept.
        File.WriteAllText(files.At("policies/access.rego"), "package crank.access\n");
        var replayed = (await files.Folder.CrankAsync("policy", "replay", receipt, "--json")).Exits(0).OutJson;
        var decision = Assert.Single(replayed.GetProperty("decisions").EnumerateArray());
        Assert.True(replayed.GetProperty("same").GetBoolean());
        Assert.Equal("mine", decision.GetProperty("now").GetProperty("rule").GetString());
        Assert.StartsWith("at 1", decision.GetProperty("then").GetProperty("result").GetProperty("reasons")[0].GetString(), StringComparison.Ordinal);
        Assert.StartsWith("same: decision", (await files.Folder.CrankAsync("policy", "replay", receipt)).Exits(0).Out, StringComparison.Ordinal);

        var differ = (await files.Folder.CrankAsync("policy", "diff", files.At("policies"), files.At("strict"), "--json", "--fail")).Exits(ExitCode.VerificationSaysNo).OutJson;
        Assert.Equal(2, differ.GetProperty("asked").GetInt32());

        (await files.Folder.CrankAsync("policy", "log", "erase", receipt)).Exits(0);
        Assert.Contains("was erased", (await files.Folder.CrankAsync("policy", "replay", receipt)).Exits(ExitCode.NotFoundOrConflict).Error, StringComparison.Ordinal);
        (await files.Folder.CrankAsync("receipt", "verify", receipt)).Exits(0);
        (await files.Folder.CrankAsync("policy", "replay", files.Folder.InFolder("other.json"))).Exits(0);
    }

    [Fact]
    public async Task What_was_changed_or_is_gone_is_said()
    {
        using var files = Files();
        var receipt = files.Folder.InFolder("receipt.json");
        (await InvokeAsync(files, receipt)).Exits(0);

        var log = Directory.EnumerateFiles(Path.Combine(files.Folder.Data, "policy", "log")).Single();
        File.WriteAllText(log, File.ReadAllText(log).Replace("\"allowed\":true", "\"allowed\":false", StringComparison.Ordinal));
        Assert.Contains("not those that were written", (await files.Folder.CrankAsync("policy", "log", "verify")).Exits(ExitCode.VerificationSaysNo).Out, StringComparison.Ordinal);

        var set = Directory.EnumerateFiles(Path.Combine(files.Folder.Data, "policy", "sets")).Single();
        File.Move(set, set + ".away");
        Assert.Contains("are not kept any more", (await files.Folder.CrankAsync("policy", "replay", receipt)).Exits(ExitCode.NotFoundOrConflict).Error, StringComparison.Ordinal);
        File.Move(set + ".away", set);

        var inputs = Directory.EnumerateFiles(Path.Combine(files.Folder.Data, "policy", "inputs")).Single();
        var bytes = File.ReadAllBytes(inputs);
        bytes[^1] ^= 1;
        File.WriteAllBytes(inputs, bytes);
        Assert.Contains("was changed", (await files.Folder.CrankAsync("policy", "replay", receipt)).Exits(ExitCode.VerificationSaysNo).Error, StringComparison.Ordinal);
        File.Delete(inputs);
        Assert.Contains("is not kept here", (await files.Folder.CrankAsync("policy", "replay", receipt)).Exits(ExitCode.NotFoundOrConflict).Error, StringComparison.Ordinal);

        var text = File.ReadAllText(receipt);
        File.WriteAllText(receipt, text.Replace("\"hashes\":[", "\"hashes\":[\"x\",", StringComparison.Ordinal));
        (await files.Folder.CrankAsync("policy", "replay", receipt)).Exits(ExitCode.VerificationSaysNo);
    }

    [Fact]
    public async Task Nothing_is_written_when_the_log_is_off()
    {
        using var files = Files();
        var receipt = files.Folder.InFolder("receipt.json");
        (await files.Folder.CrankAsync("invoke", "echo", "--param", "message=x", "--receipt", receipt, "--set", "policy.log.enabled=false")).Exits(0);
        Assert.False(Directory.Exists(Path.Combine(files.Folder.Data, "policy")));
        Assert.Contains("No decision is kept", (await files.Folder.CrankAsync("policy", "replay", receipt)).Exits(ExitCode.NotFoundOrConflict).Error, StringComparison.Ordinal);
    }

    private static Task<Run> InvokeAsync(PolicyFiles files, string receipt) =>
        files.Folder.CrankAsync("invoke", "echo", "--param", "message=x", "--receipt", receipt, "--set", $"policy.folder={files.At("policies")}");
}
