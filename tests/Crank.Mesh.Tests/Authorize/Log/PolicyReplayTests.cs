using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Authorize.Log;
using Crank.Rego.Values;
using Crank.Trust.Sealing;
using Crank.Trust.Statements;

namespace Crank.Mesh.Tests.Authorize.Log;

public sealed class PolicyReplayTests : IDisposable
{
    private const string Chancy = """
        package crank.access

        decision := {"allow": input.n > data.least, "rule": "chance", "reasons": [sprintf("%v %v %v", [time.now_ns(), rand.intn("x", 1000000000), input.secret])]}
        """;

    private readonly LogBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_decision_is_made_again_the_same_with_all_that_chance_and_time_gave()
    {
        var (kept, set) = await KeptAsync();
        Assert.Equal(2, kept.Recorded!.Count);
        var replay = PolicyReplay.Run(kept, set, CancellationToken.None);
        Assert.True(replay.IsSame);
        Assert.Contains("treasure", replay.After, StringComparison.Ordinal);
        Assert.False(PolicyReplay.Run(kept with { Commitment = DecisionCommitment.Of(kept.Commitment.Salt, kept.Input, null) }, set, CancellationToken.None).IsSame);
    }

    [Fact]
    public async Task Another_set_may_answer_otherwise()
    {
        var (kept, _) = await KeptAsync();
        var other = PolicyInForce.Of([new("access.rego", LogBench.Policy)], ObjectValue.Empty, "a test", "test/2", null, null, TimeProvider.System);
        var replay = PolicyReplay.Run(kept, other, CancellationToken.None);
        Assert.False(replay.IsSame);
        Assert.NotEqual(replay.Before, replay.After);
    }

    [Fact]
    public async Task The_digest_on_the_receipt_is_of_what_was_sealed_and_of_nothing_else()
    {
        var decision = default(Decision)!;
        await using (var log = _bench.Open())
        {
            var book = LogBench.Book(log);
            decision = await new RegoPolicy(book).DecideAsync(Gate.Question(), TestContext.Current.CancellationToken);
            book.Salt = null;
            Assert.Null((await new RegoPolicy(book).DecideAsync(Gate.Question(), TestContext.Current.CancellationToken)).Input);
        }

        var kept = _bench.Inputs.Find(decision.Id, out _)!;
        Assert.True(PolicyReplay.IsOf(kept, decision));
        Assert.False(PolicyReplay.IsOf(kept with { Commitment = DecisionCommitment.Of(kept.Commitment.Salt, JsonIn.Read("""{"n": 2}"""), null) }, decision));
        Assert.False(PolicyReplay.IsOf(kept with { Commitment = DecisionCommitment.Of(SaltedDigest.NewSalt(), kept.Input, kept.Recorded) }, decision));
        Assert.False(PolicyReplay.IsOf(kept, decision with { Bundle = "other" }));
    }

    [Fact]
    public async Task What_is_kept_is_sealed()
    {
        await KeptAsync();
        Assert.DoesNotContain("treasure", string.Concat(Directory.EnumerateFiles(_bench.Folder, "*", SearchOption.AllDirectories).Where(static f => !f.Contains("log", StringComparison.Ordinal)).Select(File.ReadAllText)), StringComparison.Ordinal);
        var other = SealingKey.OpenOrCreate(System.IO.Path.Combine(_bench.Folder, "other.key"));
        Assert.Throws<FormatException>(() => new SealedInputs(PolicyLogFolder.InputsOf(_bench.Folder), other).All().ToList());
    }

    [Fact]
    public async Task An_input_that_is_erased_is_gone_and_the_others_stay()
    {
        var ids = new List<DecisionId>();
        await using (var log = _bench.Open())
        {
            var book = LogBench.Book(log);
            for (var i = 1; i <= 3; i++)
            {
                _bench.Ask(book, $$"""{"n": {{i}}}""", out var id);
                ids.Add(id);
            }

            await log.FlushAsync(TestContext.Current.CancellationToken);
            Assert.True(_bench.Inputs.Erase(ids[1]));

            // The writer has the file open, and writes on.
            _bench.Ask(book, """{"n": 4}""", out var last);
            ids.Add(last);
        }

        Assert.Null(_bench.Inputs.Find(ids[1], out var erased));
        Assert.True(erased);
        Assert.Equal([1L, 3L, 4L], _bench.Inputs.All().Select(static s => s.Input.Get("n").TryGetInt64(out var n) ? n : 0));
        Assert.Null(_bench.Inputs.Find(new(new SortableId(99)), out erased));
        Assert.False(erased);
        Assert.False(_bench.Inputs.Erase(new(new SortableId(99))));
    }

    [Fact]
    public async Task Inputs_have_a_maximum_of_bytes_and_the_oldest_go_first()
    {
        _bench.Settings = new() { InputBytes = 200_000 };
        DecisionId first = default, last = default;
        await using (var log = _bench.Open())
        {
            var book = LogBench.Book(log);
            for (var i = 0; i < 10; i++)
            {
                _bench.Ask(book, $$"""{"n": 1, "x": "{{new string('x', 60_000)}}"}""", out last);
                first = i == 0 ? last : first;
                await log.FlushAsync(TestContext.Current.CancellationToken);
            }
        }

        Assert.Null(_bench.Inputs.Find(first, out _));
        Assert.NotNull(_bench.Inputs.Find(last, out _));
        Assert.InRange(Directory.EnumerateFiles(PolicyLogFolder.InputsOf(_bench.Folder)).Sum(static f => new FileInfo(f).Length), 1, 270_000);
    }

    [Fact]
    public async Task Half_a_record_is_cut_off_when_the_next_run_writes_on()
    {
        await KeptAsync();
        var file = Directory.EnumerateFiles(PolicyLogFolder.InputsOf(_bench.Folder)).Single();
        File.AppendAllText(file, "0000000000");
        await using (var log = _bench.Open("run-2"))
        {
            _bench.Ask(LogBench.Book(log), """{"n": 5}""", out _);
        }

        Assert.Equal(2, _bench.Inputs.All().Count());
    }

    [Fact]
    public void Sets_are_kept_once_each_by_their_content_and_bounded()
    {
        var kept = PolicyLogFolder.Sets(_bench.Folder, new() { Sets = 2 });
        var names = Enumerable.Range(0, 4).Select(i => kept.Keep(Gate.Set("decision := data.x", data: $$"""{"x": {{i}}}"""))).ToList();
        Assert.Distinct(names);
        Assert.Equal(names[3], kept.Keep(Gate.Set("decision := data.x", data: """{"x": 3}""")));
        Assert.Equal(2, Directory.EnumerateFiles(PolicyLogFolder.SetsOf(_bench.Folder)).Count());
        Assert.NotNull(kept.Open(names[3], TimeProvider.System));
        Assert.Null(kept.Open(names[0], TimeProvider.System) ?? kept.Open(names[1], TimeProvider.System));
    }

    [Fact]
    public void A_set_that_was_changed_on_disk_is_refused()
    {
        var kept = PolicyLogFolder.Sets(_bench.Folder, new());
        var (a, b) = (kept.Keep(Gate.Set("decision := 1")), kept.Keep(Gate.Set("decision := 2")));
        var folder = PolicyLogFolder.SetsOf(_bench.Folder);
        File.Copy(System.IO.Path.Combine(folder, $"{a.Hex}.json.gz"), System.IO.Path.Combine(folder, $"{b.Hex}.json.gz"), overwrite: true);
        Assert.Contains("was changed", Assert.Throws<InvalidDataException>(() => kept.Open(b, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_of_the_mesh_are_part_of_the_set_that_is_kept()
    {
        var kept = PolicyLogFolder.Sets(_bench.Folder, new());
        var set = Gate.Set("decision := {\"allow\": data.mesh.open, \"reasons\": []}");
        var name = kept.Keep(set.With(JsonIn.Read("""{"open": true}""").AsObject()));
        Assert.NotEqual(name, kept.Keep(set));
        Assert.True(kept.Open(name, TimeProvider.System)!.Ask(PolicyTopic.Job, ObjectValue.Empty).Allowed);
    }

    private async Task<(SealedDecision Kept, PolicyInForce Set)> KeptAsync()
    {
        DecisionId id;
        await using (var log = _bench.Open())
        {
            var book = new PolicyBook(
                PolicyInForce.Of([new("access.rego", Chancy)], JsonIn.Read("""{"least": 0}""").AsObject(), "a test", "test/1", null, null, TimeProvider.System), TimeProvider.System)
            {
                Asked = asked => log.Add(asked),
                Salt = SaltedDigest.NewSalt,
            };
            Assert.True(_bench.Ask(book, """{"n": 1, "secret": "treasure"}""", out id).Allowed);
        }

        var kept = _bench.Inputs.Find(id, out _)!;
        return (kept, PolicyLogFolder.Sets(_bench.Folder, _bench.Settings).Open(kept.Set, TimeProvider.System)!);
    }
}
