using System.Text;
using System.Text.Json;
using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests;

/// <summary>What is left of a job: receipt, ledger, list, explanation.</summary>
public sealed class RecordTests
{
    [Fact]
    public async Task A_receipt_verifies_with_the_file_and_a_public_key_and_nothing_else()
    {
        using var scratch = new Scratch();
        var receipt = await ReceiptAsync(scratch);
        var key = (await scratch.CrankAsync("keys", "list")).Exits(0).Out.Trim();
        using var stranger = new Scratch();
        Assert.StartsWith("yes: job ", (await stranger.CrankAsync("receipt", "verify", receipt, "--key", key)).Exits(ExitCode.Done).Out, StringComparison.Ordinal);
        Assert.True((await stranger.CrankAsync("receipt", "verify", receipt, "--key", stranger.Write("keys.txt", key), "--json")).Exits(0).OutJson.GetProperty("verified").GetBoolean());
        Assert.False(Directory.Exists(stranger.Data));
        (await stranger.CrankAsync("receipt", "verify", receipt)).Exits(ExitCode.NotFoundOrConflict);
    }

    [Fact]
    public async Task A_receipt_does_not_verify_with_another_mesh_s_key()
    {
        using var scratch = new Scratch();
        using var other = new Scratch();
        var receipt = await ReceiptAsync(scratch);
        await ReceiptAsync(other);
        (await other.CrankAsync("receipt", "verify", receipt)).Exits(ExitCode.VerificationSaysNo);
    }

    [Fact]
    public async Task Any_changed_byte_of_a_receipt_makes_the_answer_no()
    {
        using var scratch = new Scratch();
        var bytes = File.ReadAllBytes(await ReceiptAsync(scratch));
        var key = (await scratch.CrankAsync("keys", "list")).Exits(0).Out.Trim();
        var document = JsonDocument.Parse(bytes);
        var positions = new List<int> { 0, bytes.Length - 1 };
        positions.AddRange(Leaves(document.RootElement).Select(leaf => Encoding.UTF8.GetString(bytes).IndexOf(leaf, StringComparison.Ordinal) + (leaf.Length / 2)));
        foreach (var at in positions)
        {
            var changed = (byte[])bytes.Clone();
            changed[at] = changed[at] == (byte)'A' ? (byte)'B' : (byte)'A';
            await AssertNoAsync(changed, $"byte {at} changed");
        }

        await AssertNoAsync([.. bytes, (byte)'\n'], "line end added");
        await AssertNoAsync([(byte)' ', .. bytes], "space added");
        await AssertNoAsync(bytes[..^1], "cut short");
        await AssertNoAsync([], "empty");

        async Task AssertNoAsync(byte[] content, string what)
        {
            File.WriteAllBytes(scratch.InFolder("changed.json"), content);
            var run = await scratch.CrankAsync("receipt", "verify", scratch.InFolder("changed.json"), "--key", key);
            Assert.True(run.Exit == ExitCode.VerificationSaysNo, $"{what}: exit {run.Exit}\n{run.Out}\n{run.Error}");
            Assert.StartsWith("no: ", run.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Receipts_of_before_a_rotation_still_verify_and_new_ones_are_signed_by_the_new_key()
    {
        using var scratch = new Scratch();
        var old = await ReceiptAsync(scratch);
        var first = (await scratch.CrankAsync("keys", "list")).Exits(0).Out.Trim();
        var rotated = (await scratch.CrankAsync("keys", "rotate")).Exits(0).Out.Trim().Split('\n');
        Assert.Equal(2, rotated.Length);
        Assert.Equal(first, rotated[0]);
        var young = await ReceiptAsync(scratch);
        (await scratch.CrankAsync("receipt", "verify", old)).Exits(ExitCode.Done);
        (await scratch.CrankAsync("receipt", "verify", young)).Exits(ExitCode.Done);
        (await scratch.CrankAsync("receipt", "verify", young, "--key", first)).Exits(ExitCode.VerificationSaysNo);
        (await scratch.CrankAsync("ledger", "verify")).Exits(ExitCode.Done);
        Assert.Equal(2, (await scratch.CrankAsync("keys", "list", "--json")).Exits(0).OutJson.GetArrayLength());
    }

    [Fact]
    public async Task A_job_can_be_shown_explained_listed_and_added_up()
    {
        using var scratch = new Scratch();
        var done = (await scratch.CrankAsync("invoke", "hash", "--in", "samples/prices.csv", "--json")).Exits(0).OutJson;
        var job = done.GetProperty("job").GetString()!;
        Assert.Contains(job, (await scratch.CrankAsync("receipt", "show", job)).Exits(0).Out);
        Assert.Equal(job, (await scratch.CrankAsync("receipt", "show", done.GetProperty("receiptFile").GetString()!, "--json")).Exits(0).OutJson.GetProperty("job").GetString());
        Assert.Contains("the same choice", (await scratch.CrankAsync("explain", job)).Exits(0).Out);
        Assert.True((await scratch.CrankAsync("explain", job, "--json")).Exits(0).OutJson.GetProperty("agrees").GetBoolean());
        Assert.Contains($"{job}  done", (await scratch.CrankAsync("jobs")).Exits(0).Out);
        Assert.Equal(job, (await scratch.CrankAsync("jobs", "--json", "--limit", "1")).Exits(0).OutJson[0].GetProperty("job").GetString());
        Assert.Empty((await scratch.CrankAsync("jobs", "--json", "--before", job)).Exits(0).OutJson.EnumerateArray());

        var export = (await scratch.CrankAsync("ledger", "export")).Exits(0).Out.TrimEnd().Split('\n');
        var lines = (await scratch.CrankAsync("ledger", "export", "--format", "jsonl")).Exits(0).Out.TrimEnd().Split('\n');
        Assert.Equal(export.Length - 1, lines.Length);
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.Contains("Everything adds up", (await scratch.CrankAsync("ledger", "verify")).Exits(0).Out);
        Assert.True((await scratch.CrankAsync("ledger", "verify", "--json")).Exits(0).OutJson.GetProperty("addsUp").GetBoolean());
        Assert.Equal("1", (await scratch.CrankAsync("status", "--json")).Exits(0).OutJson.GetProperty("logSize").GetString());
        (await scratch.CrankAsync("explain", "01JD0000000000000000000000")).Exits(ExitCode.NotFoundOrConflict);
        Assert.DoesNotContain((await scratch.CrankAsync("jobs")).Exits(0).Out.Split('\n'), line => line.EndsWith(' '));
    }

    [Fact]
    public async Task No_output_shows_a_private_key()
    {
        using var scratch = new Scratch();
        var receipt = await ReceiptAsync(scratch);
        var secret = File.ReadAllBytes(Directory.GetFiles(Path.Combine(scratch.Data, "keys"), "*.key").Single());
        var said = new StringBuilder(File.ReadAllText(receipt));
        foreach (var line in (string[])["keys list", "keys list --json", "status", "status --json", "jobs --json", "ledger export", "ledger verify --json", "invoke echo --param message=x --json", "keys rotate --json"])
        {
            var run = (await scratch.CrankAsync(line.Split(' '))).Exits(0);
            said.Append(run.Out).Append(run.Error);
        }

        foreach (var form in (string[])[Convert.ToBase64String(secret), Convert.ToBase64String(secret).TrimEnd('='), Convert.ToHexString(secret), Convert.ToHexStringLower(secret), Encoding.Latin1.GetString(secret)])
        {
            Assert.DoesNotContain(form, said.ToString());
        }
    }

    private static async Task<string> ReceiptAsync(Scratch scratch) =>
        (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", "--json")).Exits(0).OutJson.GetProperty("receiptFile").GetString()!;

    /// <summary>The text of each value that a receipt file holds, however deep.</summary>
    private static IEnumerable<string> Leaves(JsonElement at) => at.ValueKind switch
    {
        JsonValueKind.Object => at.EnumerateObject().SelectMany(m => Leaves(m.Value)),
        JsonValueKind.Array => at.EnumerateArray().SelectMany(Leaves),
        _ => [at.GetRawText()],
    };
}
