using System.Text.Json;
using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests.Remote;

/// <summary>The same words against a running mesh, found by itself through the owner's socket.</summary>
public sealed class RemoteTests
{
    [Fact]
    public async Task Every_verb_works_against_the_mesh_that_runs_on_the_data_folder()
    {
        using var scratch = new Scratch();
        await using var up = await RunningMesh.StartAsync(scratch);

        var document = (await scratch.CrankAsync("invoke", "doc.convert", "--in", "samples/annual-report.docx", "--param", "to=markdown", "--receipt", scratch.InFolder("r.json"))).Exits(ExitCode.Done);
        Assert.StartsWith("# Annual Report", document.Out, StringComparison.Ordinal);
        Assert.Contains("price", document.Error, StringComparison.Ordinal);
        (await scratch.CrankAsync("receipt", "verify", scratch.InFolder("r.json"))).Exits(ExitCode.Done);

        var echoed = (await scratch.CrankWithAsync("""{"message":{"a":[1,2.50]}}""", [], "invoke", "echo", "--in", "-", "--key", "a\"key", "--json")).Exits(ExitCode.Done).OutJson;
        Assert.Equal("""{"a":[1,2.50]}""", string.Concat(echoed.GetProperty("output").GetProperty("message").GetRawText().Where(c => !char.IsWhiteSpace(c))));
        Assert.True((await scratch.CrankWithAsync("""{"message":{"a":[1,2.50]}}""", [], "invoke", "echo", "--in", "-", "--key", "a\"key", "--json")).Exits(ExitCode.Done).OutJson.GetProperty("repeated").GetBoolean());
        (await scratch.CrankAsync("invoke", "echo", "--param", "message=other", "--key", "a\"key")).Exits(ExitCode.NotFoundOrConflict);
        Assert.Equal("over-budget", (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", "--budget", "0", "--json")).Exits(ExitCode.NoFunds).ErrorJson.GetProperty("code").GetString());

        var jobs = (await scratch.CrankAsync("jobs", "--json")).Exits(ExitCode.Done).OutJson;
        Assert.Contains(jobs.EnumerateArray(), j => j.GetProperty("capability").GetString()!.StartsWith("doc.convert@", StringComparison.Ordinal));
        var job = echoed.GetProperty("job").GetString()!;
        Assert.All((await scratch.CrankAsync("jobs", "--json", "--before", job)).Exits(ExitCode.Done).OutJson.EnumerateArray(), j => Assert.True(string.CompareOrdinal(j.GetProperty("job").GetString(), job) < 0));
        Assert.True((await scratch.CrankAsync("explain", job, "--json")).Exits(ExitCode.Done).OutJson.GetProperty("agrees").GetBoolean());
        Assert.Equal(job, (await scratch.CrankAsync("receipt", "show", job, "--json")).Exits(ExitCode.Done).OutJson.GetProperty("job").GetString());
        (await scratch.CrankAsync("receipt", "verify", job)).Exits(ExitCode.Done);
        Assert.Contains((await scratch.CrankAsync("ledger", "balance", "--json")).Exits(ExitCode.Done).OutJson.EnumerateArray(), a => a.GetProperty("account").GetString() == "owner");
        Assert.True((await scratch.CrankAsync("ledger", "verify", "--json")).Exits(ExitCode.Done).OutJson.GetProperty("addsUp").GetBoolean());
        Assert.StartsWith("id,at,job,kind,debit,credit,amount,currency", (await scratch.CrankAsync("ledger", "export")).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse((await scratch.CrankAsync("ledger", "export", "--format", "jsonl")).Exits(ExitCode.Done).Out.Split('\n')[0]).RootElement.ValueKind);
        Assert.Contains("yes", (await scratch.CrankAsync("status", "--json")).Exits(ExitCode.Done).OutJson.GetProperty("running").GetString(), StringComparison.Ordinal);
        Assert.Contains("doc.convert@", (await scratch.CrankAsync("capabilities")).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
        Assert.Contains("0.00001 EUR per job", (await scratch.CrankAsync("capabilities", "echo")).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
        Assert.Contains("'echo'", (await scratch.CrankAsync("invoke", "ecko", "--param", "message=x")).Exits(ExitCode.NotFoundOrConflict).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollout_has_a_say_in_jobs_of_the_command_line_unless_they_name_a_version()
    {
        using var scratch = new Scratch();
        await using var up = await RunningMesh.StartAsync(scratch);
        var begun = (await scratch.CrankAsync("rollout", "set", "echo", "--stable", "1.0.0", "--candidate", "1.9.0", "--step", "100", "--json")).Exits(ExitCode.Done).OutJson;
        Assert.Equal(100, begun[0].GetProperty("weight").GetInt32());

        var chosen = (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", "--json")).Exits(ExitCode.Done).OutJson.GetProperty("job").GetString()!;
        Assert.Contains("is in the share of 1.9.0, as 1.9.0 had 100 % beside 1.0.0; nobody offered it", (await scratch.CrankAsync("explain", chosen)).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
        var named = (await scratch.CrankAsync("invoke", "echo@1.0.0", "--param", "message=x", "--json")).Exits(ExitCode.Done).OutJson.GetProperty("job").GetString()!;
        Assert.DoesNotContain("is in the share of", (await scratch.CrankAsync("explain", named)).Exits(ExitCode.Done).Out, StringComparison.Ordinal);

        Assert.Contains("rolled-back", (await scratch.CrankAsync("rollout", "back", "echo")).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
        (await scratch.CrankAsync("rollout", "promote", "echo")).Exits(ExitCode.NotFoundOrConflict);
        (await scratch.CrankAsync("rollout", "stop", "echo")).Exits(ExitCode.Done);
        Assert.Equal(0, (await scratch.CrankAsync("rollout", "list", "--json")).Exits(ExitCode.Done).OutJson.GetArrayLength());
    }

    [Fact]
    public async Task A_key_shows_what_it_spent_of_its_budget()
    {
        using var scratch = new Scratch();
        await using var up = await RunningMesh.StartAsync(scratch);
        var key = (await scratch.CrankAsync("keys", "create", "poor", "--budget", "0.00001 EUR", "--json")).Exits(ExitCode.Done).OutJson.GetProperty("key").GetString()!;
        string[] invoke = ["invoke", "echo", "--param", "message=x", "--mesh", up.Address.ToString(), "--json"];

        (await scratch.CrankWithAsync("", [("CRANK_KEY", key)], invoke)).Exits(ExitCode.Done);
        Assert.Equal("key-budget-spent", (await scratch.CrankWithAsync("", [("CRANK_KEY", key)], invoke)).Exits(ExitCode.NoFunds).ErrorJson.GetProperty("code").GetString());
        Assert.Contains("0.00001 EUR of 0.00001 EUR", (await scratch.CrankAsync("keys", "api")).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
        Assert.Equal(0, (await scratch.CrankAsync("jobs", "dead", "--json")).Exits(ExitCode.Done).OutJson.GetArrayLength());
        (await scratch.CrankAsync("jobs", "requeue", "01M8B13SHY4GSC6A8N9D2WRNDD")).Exits(ExitCode.NotFoundOrConflict);
    }

    [Fact]
    public async Task A_mesh_that_is_named_wants_a_key()
    {
        using var scratch = new Scratch();
        await using var up = await RunningMesh.StartAsync(scratch);

        foreach (var key in new[] { "", "crank_wrong" })
        {
            var refused = (await scratch.CrankWithAsync("", [("CRANK_KEY", key)], "invoke", "echo", "--param", "message=x", "--mesh", up.Address.ToString(), "--json")).Exits(ExitCode.NotAuthenticated);
            Assert.Contains("CRANK_KEY", refused.ErrorJson.GetProperty("try").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_mesh_that_is_not_there_is_named()
    {
        using var scratch = new Scratch();

        Assert.Equal("mesh-unreachable", (await scratch.CrankAsync("jobs", "--mesh", "http://127.0.0.1:1", "--json")).Exits(ExitCode.NotFoundOrConflict).ErrorJson.GetProperty("code").GetString());
        (await scratch.CrankAsync("jobs", "--mesh", "nowhere")).Exits(ExitCode.Usage);
        Assert.Contains("crank up", (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", "--async")).Exits(ExitCode.Usage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_made_used_replaced_and_revoked()
    {
        using var scratch = new Scratch();
        await using var up = await RunningMesh.StartAsync(scratch);
        var address = up.Address.ToString();
        Assert.StartsWith("crank_", (await File.ReadAllTextAsync(Path.Combine(scratch.Data, "owner.key"))).Trim(), StringComparison.Ordinal);

        var made = (await scratch.CrankAsync("keys", "create", "nightly", "--scope", "jobs:write", "--scope", "jobs:read", "--scope", "mesh:read", "--days", "7", "--json")).Exits(ExitCode.Done).OutJson;
        var (id, key) = (made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
        (await scratch.CrankWithAsync("", [("CRANK_KEY", key)], "invoke", "echo", "--param", "message=x", "--mesh", address)).Exits(ExitCode.Done);
        (await scratch.CrankWithAsync("", [("CRANK_KEY", key)], "ledger", "verify", "--mesh", address)).Exits(ExitCode.RefusedByPolicy);
        (await scratch.CrankWithAsync("", [("CRANK_KEY", key)], "keys", "api", "--mesh", address)).Exits(ExitCode.RefusedByPolicy);

        var next = (await scratch.CrankAsync("keys", "replace", id, "--json")).Exits(ExitCode.Done).OutJson.GetProperty("key").GetString()!;
        (await scratch.CrankAsync("keys", "revoke", id)).Exits(ExitCode.Done);
        (await scratch.CrankWithAsync("", [("CRANK_KEY", key)], "jobs", "--mesh", address)).Exits(ExitCode.NotAuthenticated);
        (await scratch.CrankWithAsync("", [("CRANK_KEY", next)], "jobs", "--mesh", address)).Exits(ExitCode.Done);
        var listed = (await scratch.CrankAsync("keys", "api", "--json")).Exits(ExitCode.Done).Out;
        Assert.Contains("nightly", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(next, listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mesh_on_https_is_reached_by_whoever_trusts_its_authority()
    {
        using var scratch = new Scratch();
        var pem = scratch.Write("ca.pem", (await scratch.CrankAsync("trust", "export")).Exits(ExitCode.Done).Out);
        Assert.Equal(64, (await scratch.CrankAsync("trust", "show", "--json")).Exits(ExitCode.Done).OutJson.GetProperty("fingerprint").GetString()!.Length);
        await using var up = await RunningMesh.StartAsync(scratch, "--listen", "https://127.0.0.1:0");

        var secure = up.Addresses.Single(a => a.Scheme == "https");
        Assert.Equal("ok\n", (await scratch.BashAsync($"curl -s --tlsv1.3 --cacert {pem} {secure}healthz")).Exits(0).Out);
        Assert.Equal(60, (await scratch.BashAsync($"curl -s {secure}healthz || exit $?")).Exit);
    }

    [Fact]
    public async Task A_job_that_is_left_with_the_mesh_can_be_waited_for_and_its_result_fetched()
    {
        using var scratch = new Scratch();
        await using var up = await RunningMesh.StartAsync(scratch);

        var job = (await scratch.CrankAsync("invoke", "echo", "--param", "message=later", "--async", "--json")).Exits(ExitCode.Done).OutJson.GetProperty("job").GetString()!;
        (await scratch.CrankAsync("jobs", "wait", job)).Exits(ExitCode.Done);
        Assert.Equal("{\"message\":\"later\"}\n", (await scratch.CrankAsync("jobs", "result", job)).Exits(ExitCode.Done).Out);
        (await scratch.CrankAsync("jobs", "cancel", job)).Exits(ExitCode.NotFoundOrConflict);
    }
}
