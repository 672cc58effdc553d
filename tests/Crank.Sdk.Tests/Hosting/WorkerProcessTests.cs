using System.Diagnostics;
using System.Text.Json;
using Crank.Core;
using Crank.Session;
using Crank.Session.Controller;

namespace Crank.Sdk.Tests.Hosting;

public sealed class WorkerProcessTests
{
    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_process_introduces_itself_works_and_ends_with_its_session()
    {
        using var process = Start("words-worker");
        var connection = await WorkerConnection.ConnectAsync(process.StandardOutput.BaseStream, process.StandardInput.BaseStream, 4, Soon);
        Assert.Equal(("words", "1.0.0", "none"), (connection.Hello.Service, connection.Hello.Version, connection.Hello.Isolation));
        var text = "one three"u8.ToArray();
        var result = await connection.InvokeAsync(
            new Invocation
            {
                Capability = "words.count",
                Input = System.Text.Encoding.UTF8.GetBytes($$$"""{"text":{"digest":"{{{Digest.Of(text)}}}","length":9}}"""),
                Blobs = [new InputBlob(Digest.Of(text).ToString(), 9, _ => new ValueTask<Stream>(new MemoryStream(text)))],
            },
            Soon);
        var done = Completed(result);
        Assert.Equal("""{"words":2,"longest":"three"}""", System.Text.Encoding.UTF8.GetString(done.Output.Span));
        Assert.Equal(1, done.Units["line"]);
        Assert.True((await connection.PingAsync(Soon)).Ok);
        await connection.CloseAsync(Soon);
        await process.WaitForExitAsync(Soon);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task A_capability_of_another_name_or_version_is_not_found()
    {
        using var process = Start("words-worker");
        await using var connection = await WorkerConnection.ConnectAsync(process.StandardOutput.BaseStream, process.StandardInput.BaseStream, 4, Soon);
        foreach (var (name, version) in new[] { ("words.cuont", null), ("words.count", "2.0.0"), ("words.count", "1.1.0"), ("words.count", "x") })
        {
            var result = await connection.InvokeAsync(new Invocation { Capability = name, Version = version, Input = "{}"u8.ToArray() }, Soon);
            Assert.Equal(InvocationErrors.NotFound, Assert.IsType<InvocationResult.Failed>(result).Code);
        }
    }

    [Fact]
    public async Task A_capability_that_prints_and_reads_the_console_does_not_disturb_the_session()
    {
        using var process = Start("noisy-worker");
        await using var connection = await WorkerConnection.ConnectAsync(process.StandardOutput.BaseStream, process.StandardInput.BaseStream, 4, Soon);
        var result = await connection.InvokeAsync(new Invocation { Capability = "test.noisy", Input = "{}"u8.ToArray() }, Soon);
        Assert.Equal("""{"heard":"nothing"}""", System.Text.Encoding.UTF8.GetString(Completed(result).Output.Span));
        Assert.Equal("noise", await process.StandardError.ReadLineAsync(Soon));
    }

    [Fact]
    public async Task A_busy_capability_keeps_neither_a_ping_nor_a_cancellation_waiting()
    {
        using var process = Start("noisy-worker");
        await using var connection = await WorkerConnection.ConnectAsync(process.StandardOutput.BaseStream, process.StandardInput.BaseStream, 4, Soon);
        using var cancel = new CancellationTokenSource();
        var began = new TaskCompletionSource();
        var run = connection.InvokeAsync(new Invocation { Capability = "test.busy", Input = "{}"u8.ToArray(), OnProgress = _ => began.TrySetResult() }, cancel.Token);
        await began.Task.WaitAsync(Soon);
        Assert.True((await connection.PingAsync(Soon)).Ok);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await connection.CloseAsync(Soon);
        await process.WaitForExitAsync(Soon);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void Descriptors_are_written_as_the_serializer_would()
    {
        var service = new Service("words", new SemanticVersion(1, 0, 0), new Words.CountWords(), new Noisy(), new Busy());
        Assert.Equal(
            JsonSerializer.Serialize(service.Capabilities.Select(c => c.Descriptor), JsonSerializerOptions.Web),
            System.Text.Encoding.UTF8.GetString(service.Describe()));
    }

    [Fact]
    public async Task A_worker_ends_when_its_controller_does()
    {
        using var process = Start("words-worker");
        var connection = await WorkerConnection.ConnectAsync(process.StandardOutput.BaseStream, process.StandardInput.BaseStream, 4, Soon);
        await connection.DisposeAsync();
        await process.WaitForExitAsync(Soon);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Nonsense_on_its_input_ends_it_with_a_line_that_says_so()
    {
        using var process = Start("words-worker");
        await process.StandardInput.WriteLineAsync("GET / HTTP/1.1");
        await process.StandardInput.FlushAsync(Soon);
        Assert.Contains("unknown type 71", await process.StandardError.ReadToEndAsync(Soon), StringComparison.Ordinal);
        await process.WaitForExitAsync(Soon);
        Assert.Equal(1, process.ExitCode);
    }

    [Fact]
    public async Task Asked_to_describe_itself_it_prints_descriptors_that_read_back()
    {
        using var process = Start("words-worker", "--describe");
        var text = await process.StandardOutput.ReadToEndAsync(Soon);
        await process.WaitForExitAsync(Soon);
        Assert.Equal(0, process.ExitCode);
        var capability = Assert.Single(JsonSerializer.Deserialize<Capability[]>(text, JsonSerializerOptions.Web)!);
        Assert.Equal("words.count@1.0.0", capability.Id.ToString());
        Assert.Equal("Counts the words of a text.", capability.Summary);
        Assert.Equal(TimeSpan.FromMinutes(1), capability.Limits.Deadline.Time);
        Assert.Equal(1_000_000, capability.Limits.Units[Unit.Parse("line")]);
        Assert.Equal([100L, 1L], capability.Price.Lines.Select(l => l.Amount.Micros));
        Assert.Equal("binary", Assert.Single(capability.Errors).Code.Value);
        Assert.Equal("text", capability.BlobInput);
    }

    [Theory]
    [InlineData("--version", 0)]
    [InlineData("--nonsense", 2)]
    public async Task Its_exit_code_tells_whether_it_understood(string argument, int expected)
    {
        using var process = Start("words-worker", argument);
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync(Soon);
        await process.WaitForExitAsync(Soon);
        Assert.Equal(expected, process.ExitCode);
        if (expected == 0) Assert.Equal("words 1.0.0\n", said);
    }

    /// <summary>On a busy machine a worker may answer late: what it says instead is worth reading.</summary>
    private static InvocationResult.Completed Completed(InvocationResult result)
    {
        if (result is InvocationResult.Completed completed) return completed;
        Assert.Fail($"{result}");
        return null;
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
