using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests;

public sealed class InputTests
{
    [Fact]
    public async Task Standard_input_fills_the_file_of_a_capability()
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankWithAsync("abc", [], "invoke", "hash", "--in", "-")).Exits(ExitCode.Done);
        Assert.Contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", run.Out);
        Assert.Empty(Directory.GetFiles(Path.Combine(scratch.Data, "tmp")));
    }

    [Fact]
    public async Task Standard_input_is_the_json_of_a_capability_without_a_file()
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankWithAsync("{\"message\":[1,2]}", [], "invoke", "echo", "--in", "-")).Exits(ExitCode.Done);
        Assert.Equal("{\"message\":[1,2]}\n", run.Out);
    }

    [Theory]
    [InlineData("{\"message\":")]
    [InlineData("not json")]
    [InlineData("{\"other\":1}")]
    [InlineData("[]")]
    public async Task Wrong_json_is_bad_input_and_costs_nothing(string json)
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankWithAsync(json, [], "invoke", "echo", "--in", "-", "--json")).Exits(ExitCode.BadInput);
        Assert.Equal("bad-input", run.ErrorJson.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_file_of_two_gigabytes_is_refused_by_its_length_without_being_read()
    {
        using var scratch = new Scratch();
        var path = scratch.InFolder("huge.docx");
        using (var file = File.Create(path))
        {
            file.SetLength(2L << 30);
        }

        var before = DateTime.UnixEpoch;
        File.SetLastAccessTimeUtc(path, before);
        var run = (await scratch.CrankAsync("invoke", "doc.convert", "--in", path, "--param", "to=text")).Exits(ExitCode.BadInput);
        Assert.Contains("2,147,483,648 bytes", run.Error);
        Assert.Contains("67,108,864", run.Error);
        Assert.Equal(before, File.GetLastAccessTimeUtc(path));
        Assert.False(Directory.Exists(scratch.Data));
    }

    [Fact]
    public async Task Standard_input_without_end_is_cut_at_what_the_capability_takes()
    {
        using var scratch = new Scratch();
        var run = (await scratch.BashAsync("set +o pipefail; yes | \"$CRANK\" invoke echo --in -")).Exits(ExitCode.BadInput);
        Assert.Contains("more than the 1,048,576 bytes", run.Error);
    }

    [Fact]
    public async Task A_folder_a_pipe_and_a_device_are_named_as_what_they_are()
    {
        using var scratch = new Scratch();
        Assert.Contains("is a folder", (await scratch.CrankAsync("invoke", "hash", "--in", "samples")).Exits(ExitCode.Usage).Error);
        var fifo = scratch.InFolder("fifo");
        (await scratch.BashAsync($"mkfifo {fifo}")).Exits(0);
        Assert.Contains("--in -", (await scratch.CrankAsync("invoke", "hash", "--in", fifo)).Exits(ExitCode.Usage).Error);
        Assert.Contains("not a regular file", (await scratch.CrankAsync("invoke", "hash", "--in", "/dev/zero")).Exits(ExitCode.Usage).Error);
    }

    [Fact]
    public async Task A_misspelt_file_gets_the_nearest_one()
    {
        using var scratch = new Scratch();
        var run = (await scratch.CrankAsync("invoke", "hash", "--in", "samples/prices.cvs")).Exits(ExitCode.Usage);
        Assert.Contains("Did you mean 'samples/prices.csv'?", run.Error);
    }

    [Fact]
    public async Task A_document_that_cannot_be_read_is_the_capability_s_own_error_and_costs_nothing()
    {
        using var scratch = new Scratch();
        var fake = scratch.Write("fake.docx", "PK\u0003\u0004 and nothing more");
        var run = (await scratch.CrankAsync("invoke", "doc.convert", "--in", fake, "--param", "to=text", "--json")).Exits(ExitCode.NotDone);
        Assert.NotEmpty(run.ErrorJson.GetProperty("message").GetString()!);
        await InvokeTests.AssertNothingChargedAsync(scratch);
        (await scratch.CrankAsync("invoke", "doc.convert", "--in", scratch.Write("empty.txt", ""), "--param", "to=text")).Exits(ExitCode.NotDone);
    }
}
