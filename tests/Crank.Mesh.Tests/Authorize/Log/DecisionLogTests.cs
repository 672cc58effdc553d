using Crank.Core;
using Crank.Mesh.Authorize.Log;
using Crank.Rego.Values;
using Crank.Trust.Keys;
using CsCheck;

namespace Crank.Mesh.Tests.Authorize.Log;

public sealed class DecisionLogTests : IDisposable
{
    private readonly LogBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_decision_is_a_line_of_opas_shape_between_signed_marks()
    {
        await using (var log = _bench.Open())
        {
            _bench.Ask(LogBench.Book(log), """{"n": 1, "principal": {"id": "ann"}, "tenant": {"id": "acme"}}""", out _);
        }

        var lines = _bench.Lines();
        Assert.Equal(["begin", "", "end"], lines.Select(static l => l.Get("result").Get("mark").TryGetString(out var mark) ? mark : ""));
        var line = lines[1];
        Assert.Equal("crank/access/decision", line.Get("path"));
        Assert.Equal("acme/ann", line.Get("requested_by"));
        Assert.Equal("test/1", line.Get("bundles").Get("crank").Get("revision"));
        Assert.Equal(TestMesh.Origin, line.Get("labels").Get("id"));
        Assert.True(line.Get("metrics").Get("timer_rego_query_eval_ns").IsDefined);
        Assert.Equal("""{"allow":true,"reasons":[],"rule":"positive"}""", JsonOut.Write(line.Get("result")));
        Assert.Equal("2026-01-01T00:00:00.0000000Z", line.Get("timestamp"));
        var own = line.Get("custom").Get("crank");
        Assert.Equal((1L, 0L, true, true), (own.Get("number"), own.Get("dropped"), own.Get("allowed").IsTrue, own.Get("sealed").IsTrue));
        Assert.Equal(new LogCounts(1, 1, 0, 0, null), Sound());
    }

    [Fact]
    public async Task Nothing_is_written_before_the_first_decision()
    {
        await using (_bench.Open())
        {
        }

        Assert.Empty(_bench.Files);
    }

    [Fact]
    public async Task Secrets_are_erased_without_a_rule_and_masks_of_the_set_hold()
    {
        await using (var log = _bench.Open())
        {
            var book = LogBench.Book(log, more: "package system.log\n\nmask contains \"/input/hidden\"\n");
            _bench.Ask(book, """{"n": 1, "hidden": "treasure", "labels": {"Password": "treasure", "e-mail": "treasure"}}""");
        }

        var line = _bench.Lines()[1];
        Assert.DoesNotContain("treasure", string.Concat(_bench.Files.Select(File.ReadAllText)), StringComparison.Ordinal);
        Assert.Equal(["/input/labels/Password", "/input/labels/e-mail", "/input/hidden"], line.Get("erased").AsArray().Select(static e => e.AsString()));
        Assert.DoesNotContain("treasure", string.Concat(Directory.EnumerateFiles(_bench.Folder, "*", SearchOption.AllDirectories).Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_masked_in_the_input_is_not_named_beside_it()
    {
        await using (var log = _bench.Open())
        {
            var book = LogBench.Book(log, more: "package system.log\n\nmask contains \"/input/principal/id\"\n");
            _bench.Ask(book, """{"n": 1, "principal": {"id": "annabelle"}, "tenant": {"id": "acme"}}""");
        }

        Assert.DoesNotContain("annabelle", string.Concat(_bench.Files.Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_goes_on_is_vouched_for_now_and_then()
    {
        await using var log = _bench.Open();
        var book = LogBench.Book(log, more: "package system.log\n\ndrop if input.input.n == 2\n");
        for (var i = 0; i < 2_500; i++)
        {
            _bench.Ask(book, i == 7 ? """{"n": 2}""" : """{"n": 1}""");
        }

        await log.FlushAsync(TestContext.Current.CancellationToken);
        var audit = _bench.Audit();
        Assert.Empty(audit.Findings);
        Assert.Equal((2_499, 1), (audit.Written, audit.Dropped));
        Assert.InRange(audit.Uncovered, 0, 999);
    }

    [Fact]
    public async Task A_decision_that_stands_above_the_policys_answer_is_a_line_of_its_own()
    {
        await using (var log = _bench.Open())
        {
            _bench.Ask(LogBench.Book(log), """{"n": 0}""", out var id);
            log.Add(new Decision(id, true, "exception/e1", "test/1", "It was agreed.", Constraints.None));
        }

        var (answer, above) = (_bench.Lines()[1], _bench.Lines()[2]);
        Assert.Equal(answer.Get("decision_id"), above.Get("decision_id"));
        Assert.Equal("crank/overruled", above.Get("path"));
        Assert.Equal("""{"allow":true,"reasons":["It was agreed."],"rule":"exception/e1"}""", JsonOut.Write(above.Get("result")));
        Assert.Equal(new LogCounts(2, 2, 0, 0, null), Sound());
    }

    [Fact]
    public async Task What_a_rule_leaves_out_is_counted_on_the_line_that_follows_and_is_not_kept()
    {
        await using (var log = _bench.Open())
        {
            var book = LogBench.Book(log, more: "package system.log\n\ndrop if input.input.n == 2\n");
            _bench.Ask(book, """{"n": 2}""", out var dropped);
            _bench.Ask(book, """{"n": 2}""");
            _bench.Ask(book, """{"n": 1}""");
            _bench.Ask(book, """{"n": 2}""");
            await log.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal(new LogCounts(4, 1, 3, 0, null), log.Counts);
            Assert.Null(_bench.Inputs.Find(dropped, out _));
        }

        Assert.Equal(2L, _bench.Lines()[1].Get("custom").Get("crank").Get("dropped"));
        Assert.Equal(new LogCounts(4, 1, 3, 0, null), Sound());
    }

    [Fact]
    public async Task What_finds_no_room_is_told_by_a_signed_gap()
    {
        _bench.Settings = new() { Waiting = 3 };
        await using (var log = _bench.Open())
        {
            _bench.Signs.Reset();
            var book = LogBench.Book(log);
            for (var i = 0; i < 11; i++)
            {
                Assert.True(_bench.Ask(book).Allowed);
            }

            _bench.Signs.Set();
            await log.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal(new LogCounts(11, 3, 0, 8, null), log.Counts);
            _bench.Ask(book);
        }

        Assert.Equal(new LogCounts(12, 4, 0, 8, null), Sound());
        var gap = _bench.Lines().Single(static l => l.Get("result").Get("mark") == "gap").Get("result");
        Assert.Equal((4L, 11L, 8L), (gap.Get("first"), gap.Get("last"), gap.Get("count")));
    }

    [Fact]
    public async Task Inputs_that_wait_have_a_maximum_of_bytes()
    {
        _bench.Settings = new() { WaitingBytes = 5_000 };
        await using (var log = _bench.Open())
        {
            _bench.Signs.Reset();
            var book = LogBench.Book(log);
            var input = $$"""{"n": 1, "x": "{{new string('x', 10_000)}}"}""";
            _bench.Ask(book, input);
            _bench.Ask(book, input);
            _bench.Signs.Set();
        }

        Assert.Equal(new LogCounts(2, 1, 0, 1, null), Sound());
    }

    [Fact]
    public async Task What_the_disk_refuses_is_told_by_a_gap_once_it_takes_lines_again()
    {
        var blocked = PolicyLogFolder.LogOf(_bench.Folder);
        await using (var log = _bench.Open())
        {
            var book = LogBench.Book(log, more: "package system.log\n\ndrop if input.input.n == 2\n");
            File.WriteAllText(blocked, "no folder");
            _bench.Ask(book, """{"n": 2}""");
            _bench.Ask(book);
            await log.FlushAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(log.Counts.Error);
            _bench.Ask(book, """{"n": 2}""");
            await log.FlushAsync(TestContext.Current.CancellationToken);
            File.Delete(blocked);
            _bench.Clock.Advance(TimeSpan.FromSeconds(2));
            _bench.Ask(book);
            await log.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Null(log.Counts.Error);
            Assert.Equal(4, log.Counts.Written + log.Counts.Dropped + log.Counts.Lost);
            Assert.Equal(1, log.Counts.Written);
        }

        Assert.Equal(4, Sound().Asked);
    }

    [Fact]
    public async Task A_disk_that_fails_between_two_batches_loses_what_the_gap_tells_and_no_more()
    {
        await using (var log = _bench.Open())
        {
            var book = LogBench.Book(log, more: "package system.log\n\ndrop if input.input.n == 2\n");
            _bench.Ask(book);
            _bench.Ask(book, """{"n": 2}""");
            await log.FlushAsync(TestContext.Current.CancellationToken);
            Directory.Delete(PolicyLogFolder.SetsOf(_bench.Folder), recursive: true);
            File.WriteAllText(PolicyLogFolder.SetsOf(_bench.Folder), "no folder");
            book.Put(LogBench.Book(log, LogBench.Policy + "\nmore := 1\n").Current);
            _bench.Ask(book);
            _bench.Ask(book);
            await log.FlushAsync(TestContext.Current.CancellationToken);
            File.Delete(PolicyLogFolder.SetsOf(_bench.Folder));
            _bench.Clock.Advance(TimeSpan.FromSeconds(2));
            _bench.Ask(book);
        }

        var counts = Sound(unclean: 1);
        Assert.Equal((5, 2, 1, 2), (counts.Asked, counts.Written, counts.Dropped, counts.Lost));
    }

    [Fact]
    public async Task Runs_go_on_in_one_file_and_are_chained()
    {
        for (var run = 1; run <= 3; run++)
        {
            await using var log = _bench.Open($"run-{run}");
            _bench.Ask(LogBench.Book(log));
        }

        Assert.Single(_bench.Files);
        Assert.Equal(new LogCounts(3, 3, 0, 0, null), Sound());

        // A run that is taken out whole is missed by the chain.
        _bench.Edit(static text => string.Join('\n', text.Split('\n').Where(static (_, i) => i is < 3 or > 5)));
        Assert.NotEmpty(_bench.Audit().Findings);
    }

    [Fact]
    public async Task Files_are_followed_by_others_packed_and_bounded_in_number()
    {
        _bench.Settings = new() { FileBytes = 2_000, Files = 4 };
        await using (var log = _bench.Open())
        {
            var book = LogBench.Book(log);
            for (var i = 0; i < 10; i++)
            {
                _bench.Ask(book);
                _bench.Ask(book);
                await log.FlushAsync(TestContext.Current.CancellationToken);
            }

            Assert.Equal(new LogCounts(20, 20, 0, 0, null), log.Counts);
        }

        Assert.Equal(4, _bench.Files.Count);
        Assert.True(_bench.Files.SkipLast(1).All(static f => f.EndsWith(".gz", StringComparison.Ordinal)));
        Assert.Empty(_bench.Audit().Findings);

        // A file in the middle that is missing is missed by the chain.
        File.Delete(_bench.Files[1]);
        Assert.NotEmpty(_bench.Audit().Findings);
    }

    [Fact]
    public async Task An_old_file_is_followed_by_another()
    {
        await using var log = _bench.Open();
        var book = LogBench.Book(log);
        for (var i = 0; i < 2; i++)
        {
            _bench.Ask(book);
            await log.FlushAsync(TestContext.Current.CancellationToken);
            _bench.Clock.Advance(TimeSpan.FromHours(24));
            _bench.Ask(book);
            await log.FlushAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(2, _bench.Files.Count);
    }

    [Fact]
    public async Task A_run_that_was_cut_off_is_told_of_by_the_next()
    {
        await using (var log = _bench.Open())
        {
            _bench.Ask(LogBench.Book(log));
        }

        // The end of the run is cut off in the middle of a line.
        _bench.Edit(static text => text[..(text.Length - 40)]);
        await using (var log = _bench.Open("run-2"))
        {
            _bench.Ask(LogBench.Book(log));
        }

        Assert.Equal(2, _bench.Files.Count);
        var audit = _bench.Audit();
        Assert.Empty(audit.Findings);
        Assert.Equal((1, 1, 2), (audit.Unclean, audit.Uncovered, audit.Written));
    }

    [Theory]
    [InlineData("line changed")]
    [InlineData("line removed")]
    [InlineData("line put in")]
    [InlineData("gap removed")]
    [InlineData("gap shortened")]
    [InlineData("gap of another key")]
    [InlineData("number changed")]
    [InlineData("first mark removed")]
    public async Task Whatever_is_changed_in_the_log_is_found(string change)
    {
        _bench.Settings = new() { Waiting = 2 };
        await using (var log = _bench.Open())
        {
            _bench.Signs.Reset();
            var book = LogBench.Book(log);
            for (var i = 0; i < 5; i++)
            {
                _bench.Ask(book);
            }

            _bench.Signs.Set();
        }

        Assert.Equal(new LogCounts(5, 2, 0, 3, null), Sound());
        using var other = SigningKey.Generate(TestMesh.Origin);
        _bench.Edit(text =>
        {
            var lines = text.TrimEnd('\n').Split('\n').ToList();
            var gap = lines.FindIndex(static l => l.Contains("\"mark\":\"gap\"", StringComparison.Ordinal));
            switch (change)
            {
                case "line changed":
                    lines[1] = lines[1].Replace("\"allowed\":true", "\"allowed\":false", StringComparison.Ordinal);
                    break;
                case "line removed":
                    lines.RemoveAt(2);
                    break;
                case "line put in":
                    lines.Insert(2, lines[1]);
                    break;
                case "gap removed":
                    lines.RemoveAt(gap);
                    break;
                case "gap shortened":
                    lines[gap] = lines[gap].Replace("\"count\":3", "\"count\":2", StringComparison.Ordinal).Replace("\"last\":5", "\"last\":4", StringComparison.Ordinal);
                    break;
                case "gap of another key":
                    Assert.NotNull(LogMark.Read(JsonIn.Read(lines[gap]), [_bench.Key.Public], out _));
                    lines[gap] = System.Text.Encoding.UTF8.GetString(LogMark.Read(JsonIn.Read(lines[gap]), [_bench.Key.Public], out _)!.Sign(other, new Dictionary<string, string> { ["id"] = TestMesh.Origin }));
                    break;
                case "number changed":
                    lines[2] = lines[2].Replace("\"number\":2", "\"number\":3", StringComparison.Ordinal);
                    break;
                default:
                    lines.RemoveAt(0);
                    break;
            }

            return string.Join('\n', lines) + "\n";
        });
        Assert.NotEmpty(_bench.Audit().Findings);
    }

    [Fact]
    public async Task A_mark_that_was_not_changed_is_believed_by_the_key_of_the_mesh_alone()
    {
        await using (var log = _bench.Open())
        {
            _bench.Ask(LogBench.Book(log));
        }

        using var other = SigningKey.Generate(TestMesh.Origin);
        Assert.Contains(_bench.Audit(other.Public).Findings, static f => f.Contains("no key of this mesh", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_decision_is_written_or_left_out_or_lost_whatever_comes() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 3].Array[1, 40], Gen.Int[1, 4]).Sample((room, inputs, threads) =>
        {
            using var bench = new LogBench { Settings = new() { Waiting = room, FileBytes = 3_000, Files = 1_000 } };
            var log = bench.Open();
            var book = LogBench.Book(log, more: "package system.log\n\ndrop if input.input.n == 2\n");
            Task.WaitAll([.. Enumerable.Range(0, threads).Select(_ => Task.Run(() =>
            {
                foreach (var n in inputs)
                {
                    bench.Ask(book, $$"""{"n": {{n}}}""");
                }
            }))], TestContext.Current.CancellationToken);
            log.DisposeAsync().AsTask().Wait(TestContext.Current.CancellationToken);
            var (counts, audit) = (log.Counts, bench.Audit());
            Assert.Empty(audit.Findings);
            Assert.Equal(threads * inputs.Length, counts.Asked);
            Assert.Equal(counts.Asked, counts.Written + counts.Dropped + counts.Lost);
            Assert.Equal((counts.Written, counts.Lost), (audit.Written, audit.Lost));
        }, iter: 25, threads: 1);

    [Fact]
    public async Task Who_decides_is_never_held_up_by_the_writer()
    {
        _bench.Settings = new() { Waiting = 1 };
        await using var log = _bench.Open();
        _bench.Signs.Reset();
        var book = LogBench.Book(log);
        for (var i = 0; i < 100; i++)
        {
            // The writer waits for a key that does not come; every answer comes all the same.
            Assert.True(_bench.Ask(book).Allowed);
        }

        Assert.Equal(0, book.Unheard);
        _bench.Signs.Set();
    }

    /// <summary>The audit finds nothing, and what it counted.</summary>
    private LogCounts Sound(int unclean = 0)
    {
        var audit = _bench.Audit();
        Assert.Empty(audit.Findings);
        Assert.Equal(unclean, audit.Unclean);
        return new(audit.Written + audit.Dropped + audit.Lost, audit.Written, audit.Dropped, audit.Lost, null);
    }
}
