using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests;

public sealed class InvokeTests
{
    [Fact]
    public async Task The_result_goes_to_standard_output_and_everything_for_people_to_standard_error()
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankAsync("invoke", "echo", "--param", "message=hello")).Exits(ExitCode.Done);
        Assert.Equal("{\"message\":\"hello\"}\n", run.Out);
        foreach (var line in (string[])["job ", "ran ", "price ", "energy ", "carbon ", "receipt "])
        {
            Assert.Contains($"\n{line}", $"\n{run.Error}");
        }

        Assert.DoesNotContain('\u001b', run.Error);
        Assert.DoesNotContain('\r', run.Error);
    }

    [Fact]
    public async Task Json_makes_the_whole_answer_one_object()
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankAsync("invoke", "echo", "--param", "message=hello", "--json")).Exits(ExitCode.Done);
        Assert.Empty(run.Error);
        var said = run.OutJson;
        Assert.Equal("done", said.GetProperty("outcome").GetString());
        Assert.Equal("hello", said.GetProperty("output").GetProperty("message").GetString());
        Assert.Equal(said.GetProperty("job").GetString(), said.GetProperty("receipt").GetProperty("job").GetString());
        Assert.True(File.Exists(said.GetProperty("receiptFile").GetString()));
    }

    [Fact]
    public async Task The_result_and_the_receipt_go_where_they_are_sent()
    {
        using var scratch = new Scratch();
        var result = scratch.InFolder("report.md");
        var receipt = scratch.InFolder("receipt.json");
        var run = (await scratch.CrankAsync(
            "invoke", "doc.convert", "--in", "samples/annual-report.docx", "--param", "to=markdown", "--out", result, "--receipt", receipt)).Exits(ExitCode.Done);
        Assert.Empty(run.Out);
        Assert.Contains("# ", File.ReadAllText(result));
        Assert.Contains($"receipt  {receipt}", run.Error);
        (await scratch.CrankAsync("receipt", "verify", receipt)).Exits(ExitCode.Done);
    }

    [Theory]
    [InlineData("--out")]
    [InlineData("--receipt")]
    public async Task A_place_that_cannot_be_written_is_refused_before_anything_runs(string option)
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", option, scratch.InFolder("no/such/file"))).Exits(ExitCode.Usage);
        Assert.Contains("its folder does not exist", run.Error);
        Assert.False(Directory.Exists(scratch.Data));
    }

    [Fact]
    public async Task A_result_that_cannot_be_written_after_all_is_said_with_the_job_that_is_done()
    {
        using var scratch = new Scratch();
        var run = (await scratch.BashAsync("\"$CRANK\" invoke echo --param message=x --json --key k > /dev/full")).Exits(ExitCode.InternalError);
        Assert.Equal("output-failed", run.ErrorJson.GetProperty("code").GetString());
        var again = (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", "--json", "--key", "k")).Exits(ExitCode.Done);
        Assert.Equal(run.ErrorJson.GetProperty("job").GetString(), again.OutJson.GetProperty("job").GetString());
    }

    [Fact]
    public async Task A_reader_that_has_seen_enough_does_not_make_a_failure()
    {
        using var scratch = new Scratch();
        var text = scratch.Write("long.txt", string.Concat(Enumerable.Repeat("one line of text that is not so short\n", 20_000)));
        var run = (await scratch.BashAsync($"set -o pipefail; \"$CRANK\" invoke doc.convert --in {text} --param to=text | head -n 1; echo \"codes ${"{"}PIPESTATUS[*]{"}"}\"")).Exits(0);
        Assert.Contains("codes 0 0", run.Out);
        Assert.DoesNotContain("crank:", run.Error);
    }

    [Fact]
    public async Task A_closed_standard_output_is_a_failure_that_is_said()
    {
        using var scratch = new Scratch();
        var run = await scratch.BashAsync("\"$CRANK\" invoke echo --param message=x >&-");
        Assert.NotEqual(0, run.Exit);
        Assert.Contains("could not be written", run.Error);
        (await scratch.CrankAsync("ledger", "verify")).Exits(ExitCode.Done);
    }

    [Fact]
    public async Task A_slow_reader_does_not_keep_others_out_of_the_data_folder()
    {
        using var scratch = new Scratch();
        var text = scratch.Write("long.txt", string.Concat(Enumerable.Repeat("one line of text that is not so short\n", 20_000)));
        using var slow = scratch.Start("invoke", "doc.convert", "--in", text, "--param", "to=text");
        Assert.Equal('o', slow.StandardOutput.Read());
        (await scratch.CrankAsync("jobs", "--wait", "30s")).Exits(ExitCode.Done);
        Assert.False(slow.HasExited);
        await Scratch.EndAsync(slow, "");
    }

    [Fact]
    public async Task A_budget_that_is_too_small_refuses_and_charges_nothing()
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", "--budget", "0", "--json")).Exits(ExitCode.NoFunds);
        Assert.Equal("over-budget", run.ErrorJson.GetProperty("code").GetString());
        (await scratch.CrankAsync("receipt", "verify", run.ErrorJson.GetProperty("receiptFile").GetString()!)).Exits(ExitCode.Done);
        await AssertNothingChargedAsync(scratch);
    }

    [Fact]
    public async Task An_account_at_its_limit_refuses()
    {
        using var scratch = new Scratch();
        (await scratch.CrankWithAsync("", [("CRANK_OWNER_LIMIT", "0")], "invoke", "echo", "--param", "message=x")).Exits(ExitCode.NoFunds);
    }

    [Fact]
    public async Task A_deadline_that_cannot_be_met_expires_the_job()
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", "--deadline", "1ms", "--json")).Exits(ExitCode.Deadline);
        Assert.Equal("deadline-passed", run.ErrorJson.GetProperty("code").GetString());
        await AssertNothingChargedAsync(scratch);
    }

    [Fact]
    public async Task Terms_that_no_offer_fits_find_no_offer()
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", "--isolation", "strong+", "--json")).Exits(ExitCode.NoOffer);
        Assert.Equal("none-within-terms", run.ErrorJson.GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_same_key_and_request_give_the_same_job_and_another_request_is_a_conflict()
    {
        using var scratch = new Scratch();
        var first = (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", "--key", "k1", "--json")).Exits(ExitCode.Done).OutJson;
        var again = (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", "--key", "k1", "--json")).Exits(ExitCode.Done).OutJson;
        Assert.Equal(first.GetProperty("job").GetString(), again.GetProperty("job").GetString());
        Assert.True(again.GetProperty("repeated").GetBoolean());
        var other = (await scratch.CrankAsync("invoke", "echo", "--param", "message=y", "--key", "k1", "--json")).Exits(ExitCode.NotFoundOrConflict);
        Assert.Equal("key-conflict", other.ErrorJson.GetProperty("code").GetString());
        Assert.Contains("-0.00001 EUR", (await scratch.CrankAsync("ledger", "balance")).Exits(0).Out);
    }

    [Fact]
    public async Task Isolation_that_the_machine_cannot_give_is_refused_with_how_to_accept_less()
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankWithAsync("", [("CRANK_MIN_ISOLATION", "strong+")], "invoke", "echo", "--param", "message=x", "--json")).Exits(ExitCode.NotDone);
        Assert.Equal("isolation-too-weak", run.ErrorJson.GetProperty("code").GetString());
        Assert.Contains("CRANK_MIN_ISOLATION", run.ErrorJson.GetProperty("try").GetString());
    }

    [Fact]
    public async Task A_mesh_in_one_currency_is_not_used_in_another()
    {
        using var scratch = new Scratch();
        (await scratch.CrankAsync("invoke", "echo", "--param", "message=x")).Exits(ExitCode.Done);
        var run = (await scratch.CrankWithAsync("", [("CRANK_CURRENCY", "USD")], "invoke", "echo", "--param", "message=x", "--json")).Exits(ExitCode.Usage);
        Assert.Equal("accounts-do-not-fit", run.ErrorJson.GetProperty("code").GetString());
    }

    internal static async Task AssertNothingChargedAsync(Scratch scratch)
    {
        var accounts = (await scratch.CrankAsync("ledger", "balance", "--json")).Exits(0).OutJson;
        Assert.All(accounts.EnumerateArray().Select(a => a.GetProperty("balance").GetString()), balance => Assert.Equal("0.00 EUR", balance));
        Assert.All(accounts.EnumerateArray().Select(a => a.GetProperty("held").GetString()), held => Assert.Equal("0.00 EUR", held));
        (await scratch.CrankAsync("ledger", "verify")).Exits(ExitCode.Done);
    }
}
