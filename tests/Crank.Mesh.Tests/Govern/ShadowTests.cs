using Crank.Mesh.Authorize;
using Crank.Mesh.Govern;
using Crank.Mesh.Tests.Authorize;

namespace Crank.Mesh.Tests.Govern;

public sealed class ShadowTests
{
    private const string Allow = """decision := {"allow": true, "rule": "all"}""";

    [Theory]
    [InlineData(Allow, Allow, ShadowKind.Agrees)]
    [InlineData(Allow, """decision := {"allow": false, "reasons": {"night": "It is night."}}""", ShadowKind.Stricter)]
    [InlineData("""decision := {"allow": false}""", Allow, ShadowKind.Looser)]
    [InlineData("""decision := {"allow": false}""", """decision := {"allow": false, "rule": "other"}""", ShadowKind.Agrees)]
    [InlineData(Allow, """decision := {"allow": true, "constraints": {"zones": ["de"]}}""", ShadowKind.Different)]
    [InlineData("""decision := {"allow": true, "constraints": {"zones": ["de", "fr"]}}""", """decision := {"allow": true, "constraints": {"zones": {"fr", "de"}}}""", ShadowKind.Agrees)]
    [InlineData(Allow, "unheard := 1", ShadowKind.Failed)]
    [InlineData(Allow, """decision := {"allow": true} if 1 / input.data.none == 1""", ShadowKind.Failed)]
    [InlineData(Allow, """decision := {"allow": "yes"}""", ShadowKind.Failed)]
    [InlineData("""decision := {"allow": false}""", """decision := {"allow": false} if to_number("x") == 1""", ShadowKind.Failed)]
    public async Task It_is_asked_everything_decides_nothing_and_is_counted(string inForce, string shadow, ShadowKind kind)
    {
        var book = new PolicyBook(Gate.Set(inForce), TimeProvider.System);
        var allows = book.Current.Ask(PolicyTopic.Job, PolicyInput.Of(Gate.Question())).Allowed;
        await using var shadows = new ShadowBook(book, TimeProvider.System);
        shadows.Put(Gate.Set(shadow, "shadow/1"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(allows, (await new RegoPolicy(book).DecideAsync(Gate.Question(), CancellationToken.None)).Allowed);
        }

        await shadows.SettleAsync();
        var status = shadows.Status!;
        Assert.Equal((3L, 3L, 0L), (status.Counts[kind], status.Counts.Values.Sum(), status.Unasked));
        Assert.Equal("shadow/1", status.Set.Revision);
        if (kind == ShadowKind.Agrees)
        {
            Assert.Empty(status.Last);
        }
        else
        {
            Assert.Equal(3, status.Last.Length);
            Assert.Equal((kind, PolicyTopic.Job, Gate.Question().Id), (status.Last[0].Kind, status.Last[0].Topic, status.Last[0].Decision!.Value));
        }
    }

    [Fact]
    public async Task What_comes_too_fast_is_counted_and_not_asked_and_no_job_waits()
    {
        var book = new PolicyBook(Gate.Set(Allow), TimeProvider.System);
        await using var shadows = new ShadowBook(book, TimeProvider.System);
        shadows.Put(Gate.Set("""decision := {"allow": count([x | some x in numbers.range(1, 20000); x > 0]) > 0}"""));
        var policy = new RegoPolicy(book);
        for (var i = 0; i < ShadowBook.MaxWaiting * 3; i++)
        {
            Assert.True((await policy.DecideAsync(Gate.Question(), CancellationToken.None)).Allowed);
        }

        Assert.True(shadows.Status!.Unasked > 0);
        shadows.Off();
    }

    [Fact]
    public async Task Another_shadow_begins_anew_and_off_means_that_none_is_asked()
    {
        var book = new PolicyBook(Gate.Set(Allow), TimeProvider.System);
        var shadows = new ShadowBook(book, TimeProvider.System);
        Assert.Null(shadows.Status);
        Assert.False(shadows.Off());
        shadows.Put(Gate.Set("""decision := {"allow": false}"""));
        await new RegoPolicy(book).DecideAsync(Gate.Question(), CancellationToken.None);
        await shadows.SettleAsync();
        Assert.Equal(1, shadows.Status!.Counts[ShadowKind.Stricter]);
        shadows.Put(Gate.Set(Allow));
        Assert.Equal(0, shadows.Status!.Counts.Values.Sum());
        Assert.True(shadows.Off());
        Assert.Null(shadows.Status);
        Assert.Null(book.Asked);
        await shadows.DisposeAsync();
    }

    [Fact]
    public async Task Every_answer_of_the_shadow_is_told_with_the_shadows_own_set_and_what_others_ask_over_http_is_no_question_for_it()
    {
        var book = new PolicyBook(Gate.Set(Allow), TimeProvider.System);
        var told = new List<(string Revision, bool Allowed)>();
        await using var shadows = new ShadowBook(book, TimeProvider.System) { Answered = asked => told.Add((asked.Set.Revision, asked.Answer.Allowed)) };
        shadows.Put(Gate.Set("""decision := {"allow": false}""", "shadow/1"));
        book.Tell(new(PolicyTopic.Question, PolicyInput.Of(Gate.Question()), GateAnswer.No("x", "x"), book.Current, null, TimeSpan.Zero) { Path = "app/allow" });
        await new RegoPolicy(book).DecideAsync(Gate.Question(), CancellationToken.None);
        await shadows.SettleAsync();

        Assert.Equal([("shadow/1", false)], told);
        Assert.Equal(1, shadows.Status!.Counts.Values.Sum());
    }

    [Fact]
    public async Task A_shadow_sees_what_the_one_in_force_saw_of_time_and_chance()
    {
        const string Timed = """decision := {"allow": true, "rule": sprintf("%d", [time.now_ns()])}""";
        var book = new PolicyBook(Gate.Set(Timed), TimeProvider.System);
        await using var shadows = new ShadowBook(book, TimeProvider.System);
        var rules = new List<string>();
        book.Asked += asked => rules.Add(Gate.Set(Timed).Ask(asked.Topic, asked.Input, asked.Answer.Recorded).Rule);
        var decision = await new RegoPolicy(book).DecideAsync(Gate.Question(), CancellationToken.None);
        Assert.Equal([decision.Rule], rules);
    }
}
