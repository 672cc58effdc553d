using System.Text;
using Crank.Core;
using Crank.Sdk.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Sdk.Tests.Running;

public sealed class CapabilityTests
{
    [Fact]
    public async Task A_declared_error_reaches_the_caller_with_its_message()
    {
        await using var host = CapabilityTest.For(new Obedient());
        var said = await Assert.ThrowsAsync<CapabilityException>(() => host.RunAsync(new Order("declared")));
        Assert.Equal(("busy-line", "Call again."), (said.Code, said.Message));
    }

    [Theory]
    [InlineData("undeclared")]
    [InlineData("throws")]
    public async Task What_is_not_declared_is_internal_and_its_detail_stays_in_the_log(string order)
    {
        await using var host = CapabilityTest.For(new Obedient());
        var broke = await Assert.ThrowsAsync<CapabilityTestException>(() => host.RunAsync(new Order(order)));
        Assert.DoesNotContain("secret", broke.Message, StringComparison.Ordinal);
        Assert.Contains("secret", broke.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_input_may_be_said_without_declaring_it()
    {
        await using var host = CapabilityTest.For(new Obedient());
        Assert.Equal("bad-input", (await Assert.ThrowsAsync<CapabilityException>(() => host.RunAsync(new Order("bad")))).Code);
    }

    [Fact]
    public async Task At_its_deadline_a_job_is_cancelled_and_says_so()
    {
        var clock = new FakeTimeProvider();
        await using var host = CapabilityTest.For(new Obedient(), clock);
        var started = Obedient.Started = new TaskCompletionSource();
        var run = host.RunAsync(new Order("wait"));
        await started.Task;
        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal("deadline", (await Assert.ThrowsAsync<CapabilityException>(() => run)).Code);
    }

    [Fact]
    public async Task A_cancelled_job_stops()
    {
        await using var host = CapabilityTest.For(new Obedient());
        using var cancel = new CancellationTokenSource();
        var started = Obedient.Started = new TaskCompletionSource();
        var run = host.RunAsync(new Order("wait"), cancel.Token);
        await started.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal("ok", (await host.RunAsync(new Order("nothing"))).Output.Said);
    }

    [Fact]
    public async Task Units_add_up_and_stay_within_their_maximum()
    {
        await using var host = CapabilityTest.For(new Obedient());
        Assert.Equal(10, (await host.RunAsync(new Order("meter 4 6"))).Units["page"]);
        var over = await Assert.ThrowsAsync<CapabilityException>(() => host.RunAsync(new Order("meter 4 7")));
        Assert.Equal("bad-input", over.Code);
        Assert.Contains("10", over.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_past_its_limit_is_refused()
    {
        await using var host = CapabilityTest.For(new Obedient());
        Assert.Equal("output-too-large", (await Assert.ThrowsAsync<CapabilityException>(() => host.RunAsync(new Order("long")))).Code);
    }

    [Fact]
    public async Task Blobs_are_written_as_streams_and_named_by_their_digest()
    {
        await using var host = CapabilityTest.For(new Obedient());
        var run = await host.RunAsync(new Order("blob"));
        Assert.Equal("hello world", run.ReadText(run.Output.File!));
        Assert.Equal(new Blob(Digest.Of("hello world"u8), 11, "text/plain", "greeting.txt"), run.Output.File);
    }

    [Fact]
    public async Task Progress_is_told()
    {
        await using var host = CapabilityTest.For(new Obedient());
        var run = await host.RunAsync(new Order("progress"));
        Assert.Equal([(0.5, "half"), (1, null)], run.Progress.Select(p => (p.Fraction, p.Note)));
    }

    [Fact]
    public async Task A_capability_that_cannot_work_makes_its_service_unwell()
    {
        var service = new Service("s", new SemanticVersion(1, 0, 0), new Obedient { Ill = true });
        Assert.Equal(new Session.WorkerHealth(false, "test.obey@1.2.3: no model"), service.Health);
        await Task.CompletedTask;
    }

    [Fact]
    public void Wrong_declarations_are_found_in_the_first_test_and_named()
    {
        Assert.Contains("[Capability(name, version)]", Problem(new Nameless()), StringComparison.Ordinal);
        Assert.Contains("[Price(unit, micros)]", Problem(new Priceless()), StringComparison.Ordinal);
        Assert.Contains("[Meters(\"page\", maximum)]", Problem(new Unmetered()), StringComparison.Ordinal);
        Assert.Contains("Span", Problem(new Unspeakable()), StringComparison.Ordinal);
    }

    private static string Problem(CapabilityBase capability) => Assert.Throws<CapabilityDeclarationException>(() => capability.Descriptor).Message;

    public sealed record Order(string What);

    public sealed record Answer(string Said, Blob? File = null);

    public sealed record Span(TimeSpan Time);

    [Capability("test.obey", "1.2.3")]
    [Limits(MaxOutputBytes = 1000, Deadline = "7s")]
    [DeclaredError("busy-line", "Call later.", Retryable = true)]
    [Meters("page", 10)]
    [Price("page", 5)]
    private sealed class Obedient : Capability<Order, Answer>
    {
        public static TaskCompletionSource Started { get; set; } = new();

        public bool Ill { get; init; }

        public override Session.WorkerHealth Health => Ill ? new(false, "no model") : base.Health;

        public override async Task<Answer> RunAsync(Order input, JobContext job, CancellationToken cancellationToken)
        {
            switch (input.What.Split(' '))
            {
                case ["declared"]: throw new CapabilityException("busy-line", "Call again.");
                case ["undeclared"]: throw new CapabilityException("surprise", "secret");
                case ["throws"]: throw new InvalidOperationException("secret");
                case ["bad"]: throw new CapabilityException("bad-input", "Not like this.");
                case ["wait"]:
                    Started.SetResult();
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    break;
                case ["meter", var a, var b]:
                    job.Meter("page", int.Parse(a));
                    job.Meter("page", int.Parse(b));
                    break;
                case ["long"]: return new Answer(new string('x', 1001));
                case ["progress"]:
                    job.Report(0.5, "half");
                    job.Report(7);
                    break;
                case ["blob"]:
                    await using (var output = job.CreateBlob("text/plain", "greeting.txt"))
                    {
                        output.Write("hello "u8);
                        await output.WriteAsync(Encoding.UTF8.GetBytes("world"), cancellationToken);
                        return new Answer("blob", await output.CompleteAsync(cancellationToken));
                    }
            }

            return new Answer("ok");
        }
    }

    private sealed class Nameless : Fixed<Order>;

    [Capability("test.priceless", "1.0.0")]
    private sealed class Priceless : Fixed<Order>;

    [Capability("test.unmetered", "1.0.0")]
    [Price("page", 1)]
    private sealed class Unmetered : Fixed<Order>;

    [Capability("test.unspeakable", "1.0.0")]
    [Price("job", 1)]
    private sealed class Unspeakable : Fixed<Span>;

    private abstract class Fixed<T> : Capability<T, Answer>
    {
        public override Task<Answer> RunAsync(T input, JobContext job, CancellationToken cancellationToken) => Task.FromResult(new Answer("fixed"));
    }
}
