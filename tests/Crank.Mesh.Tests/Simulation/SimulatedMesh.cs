using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Crank.Carbon;
using Crank.Core;
using Crank.Ledger;
using Crank.Mesh.Audit;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Mesh.Place;
using Crank.Mesh.Queue;
using Crank.Storage;
using Crank.Trust.Keys;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Mesh.Tests.Simulation;

/// <summary>
/// A whole mesh on one thread: the real path, journal, rules and recovery over a store that fails and workers that misbehave, with a clock that only the
/// simulation moves. The same seed gives the same run, byte for byte.
/// </summary>
internal sealed class SimulatedMesh
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Random _random;
    private readonly FakeTimeProvider _clock = new(s_start);
    private readonly SimulationContext _context;
    private readonly MemoryDisk _disk = new();
    private readonly SigningKey _key;
    private readonly TrustedKey _trusted;
    private readonly IncrementalHash _trace = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SimulatedWorkers _workers;
    private readonly SortedDictionary<string, int> _hits = new(StringComparer.Ordinal);
    private readonly int _faultsOneIn;
    private readonly Dictionary<int, Asked> _asked = [];
    private readonly Queue<int> _retries = [];
    private readonly List<Task> _beside = [];
    private readonly List<(long Size, string Note)> _seenCheckpoints = [];
    private readonly List<byte[]> _seenLeaves = [];
    private readonly IdSource _ids;
    private MemoryStore? _store;
    private Controller? _controller;
    private bool _crashed;
    private int _fullFor;
    private int _dyingIn = int.MaxValue;
    private Task<Drained>? _drain;
    private bool _faultSinceDrain;
    private readonly HashSet<JobId> _accepted = [];

    /// <param name="seed">Decides everything.</param>
    /// <param name="faultsOneIn">One commit in how many fails, on the average.</param>
    public SimulatedMesh(int seed, int faultsOneIn = 66)
    {
        _random = new Random(seed);
        _faultsOneIn = faultsOneIn;
        _context = new(_random);
        _key = SigningKey.FromSeed(Origin, SHA256.HashData(BitConverter.GetBytes(seed)));
        _trusted = new(_key.Public);
        _ids = new(_clock, _random);
        _workers = new(_random, _clock, Hit);
    }

    public const string Origin = "mesh.sim/1";

    public IReadOnlyDictionary<string, int> Hits => _hits;

    /// <summary>How often the process died, or a commit had an outcome that nobody knew.</summary>
    public int Crashes => _hits.Where(h => h.Key is "killed" or "fault CrashBefore" or "fault CrashAfter" or "fault LostIo" or "fault KeptIo").Sum(h => h.Value);

    /// <summary>What clients were told, by request number.</summary>
    public Dictionary<int, JobReport> Reports { get; } = [];

    /// <summary>Digest of everything that happened, in order.</summary>
    public string Trace => Convert.ToHexStringLower(_trace.GetCurrentHash());

    /// <summary>Runs so many requests to their end, whatever fails meanwhile.</summary>
    public void Run(int jobs)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            var next = 0;
            var running = new Dictionary<int, Task<JobReport>>();
            for (var step = 0; next < jobs || running.Count > 0 || _retries.Count > 0 || HasOpenJobs(); step++)
            {
                Assert.True(step < jobs * 4_000, "The simulation does not come to rest.");
                if (_drain is { IsCompletedSuccessfully: true })
                {
                    // Everything ended or went back: nothing is cut off when the process ends now.
                    Assert.True(_faultSinceDrain || new MemoryStore(_disk).Load().OpenJobs.All(job => job.State == JobState.Queued), "A drain left a job running.");
                    Hit(_drain.Result.Stopped > 0 ? "drained with a stop" : "drained");
                    _crashed = true;
                }

                if (_crashed || _controller is null || _dyingIn-- <= 0)
                {
                    Restart(running);
                    continue;
                }

                if (_retries.TryDequeue(out var again))
                {
                    Hit("asked again");
                    running.Add(again, Submit(again));
                }
                else if (next < jobs && running.Count < 64 && _random.Next(3) == 0)
                {
                    running.Add(next, Submit(next));
                    next++;
                }

                Turn();
                foreach (var (number, task) in running.Where(r => r.Value.IsCompleted).ToList())
                {
                    running.Remove(number);
                    Settle(number, task);
                }
            }

            Restart([]);
            foreach (var receipt in _store!.Receipts(0, int.MaxValue))
            {
                _trace.AppendData(receipt.Envelope);
            }

            foreach (var checkpoint in _store.Checkpoints(-1, int.MaxValue))
            {
                Write(checkpoint.Note);
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>Everything that must hold of what is stored.</summary>
    public void AssertSound()
    {
        var now = _clock.GetUtcNow();
        var report = LedgerVerifier.Verify(_store!, [_trusted], Origin, now);
        Assert.Empty(report.Findings);

        // What is open waits in the queue, with its money held; nothing else is.
        var stored = _store!.Load();
        Assert.All(stored.OpenJobs, job => Assert.Equal(JobState.Queued, job.State));
        Assert.Equal(stored.OpenJobs.Select(j => j.Id), stored.OpenHolds.Select(h => h.Job));
        Assert.Equal(stored.OpenJobs.Select(j => j.Id), stored.Queue.Select(q => q.Job));
        Assert.All(_accepted, job => Assert.NotNull(_store.FindJob(job)));
        var charged = _store.Transfers(null, int.MaxValue).Where(t => t.Kind == TransferKind.Charge).GroupBy(t => t.Job!.Value).ToDictionary(g => g.Key, g => g.ToList());
        var jobs = _store.ListJobs(TenantId.Owner, null, int.MaxValue);
        foreach (var job in jobs.Where(j => j.State.IsTerminal()))
        {
            var receipt = Receipts.StoredReceipts.Read(_store, job.Id);
            Assert.NotNull(receipt);
            Assert.Equal(job.State, receipt.State);
            Assert.True(job.State == JobState.Done || job.Result is null);
            Assert.True(job.State != JobState.Done || job.Result is not null || job.FinishedAt + FundedJob.KeyLifetime <= now);

            // Charged if and only if delivered, and once: one transfer to each receiver of the split.
            Assert.Equal(job.State == JobState.Done, charged.TryGetValue(job.Id, out var transfers));
            Assert.Equal(receipt.Charge.Total.Micros, transfers?.Sum(t => t.AmountMicros) ?? 0);
            Assert.Equal(transfers?.Count ?? 0, transfers?.DistinctBy(t => t.Credit).Count() ?? 0);
        }

        // One job for a key in 24 hours, whatever crashed and however often it was asked.
        foreach (var key in jobs.Where(j => j.IdempotencyKey is not null).GroupBy(j => j.IdempotencyKey))
        {
            var accepted = key.Select(j => j.AcceptedAt).Order().ToList();
            Assert.All(accepted.Zip(accepted.Skip(1)), pair => Assert.True(pair.Second - pair.First >= FundedJob.KeyLifetime));
        }

        foreach (var (_, told) in Reports)
        {
            if (told.Job is { } accepted && _accepted.Contains(accepted))
            {
                continue;
            }

            if (told.Refusal is null)
            {
                Assert.Equal(JobState.Done, _store.FindJob(told.Job!.Value)!.State);
            }
            else if (told.Receipt is { } receipt)
            {
                Assert.Equal(receipt.State, _store.FindJob(told.Job!.Value)!.State);
            }
        }

        AssertLogGrew();
    }

    private bool HasOpenJobs() => new MemoryStore(_disk).Load().OpenJobs.Count > 0;

    /// <summary>What anybody saw of the log once is still its beginning.</summary>
    private void AssertLogGrew()
    {
        foreach (var (size, note) in _seenCheckpoints)
        {
            Assert.Equal(note, _store!.FindCheckpoint(size)!.Note);
        }

        var leaves = _store!.LeafHashes(0, int.MaxValue);
        Assert.True(leaves.Count >= _seenLeaves.Count);
        Assert.All(_seenLeaves.Zip(leaves), pair => Assert.Equal(pair.First, pair.Second));
        _seenLeaves.AddRange(leaves.Skip(_seenLeaves.Count));
        _seenCheckpoints.AddRange(_store.Checkpoints(_seenCheckpoints.LastOrDefault((-1, "")).Size, int.MaxValue).Select(c => (c.Size, c.Note)));
    }

    private void Turn()
    {
        if (_random.Next(_faultsOneIn * 30) == 0)
        {
            Hit("killed");
            _crashed = true;
            return;
        }

        if (_random.Next(4_000) == 0)
        {
            Hit("a day passes");
            _clock.Advance(TimeSpan.FromHours(25));
        }

        if (_random.Next(500) == 0)
        {
            _beside.Add(KeepHouseAsync());
        }

        if (_drain is null && _random.Next(900) == 0)
        {
            _faultSinceDrain = _dyingIn != int.MaxValue || _fullFor > 0;
            _beside.Add(_drain = _controller!.DrainAsync(TimeSpan.FromMilliseconds(_random.Next(3) * _random.Next(3_000)), CancellationToken.None));
        }

        switch (_random.Next(10))
        {
            case 0:
                _controller!.DrainJournal();
                break;
            case 1:
                _clock.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 50)));
                break;
            default:
                if (!_context.Step() && !_controller!.DrainJournal())
                {
                    _clock.Advance(TimeSpan.FromMilliseconds(250));
                }

                break;
        }
    }

    private async Task KeepHouseAsync()
    {
        var done = await _controller!.HousekeepAsync(CancellationToken.None);
        if (done.Keys > 0)
        {
            Hit("key ended");
        }

        if (done.Results > 0)
        {
            Hit("result ended");
        }

        if (done.Closed > 0)
        {
            Hit("abandoned job closed");
        }
    }

    private Task<JobReport> Submit(int number)
    {
        if (!_asked.TryGetValue(number, out var asked))
        {
            _asked.Add(number, asked = Ask(number));
        }

        var cancel = new CancellationTokenSource();
        if (_random.Next(20) == 0)
        {
            // The token is cancelled by a turn of the context, some time later.
            _context.Post(_ => cancel.Cancel(), null);
            Hit("cancel");
        }

        var request = new JobRequest(
            TenantId.Owner, asked.Principal, asked.Capability.Id.Name, null, Encoding.UTF8.GetBytes(asked.Message), ImmutableDictionary<string, BlobSource>.Empty, asked.Terms, asked.Key);
        return asked.StartsIn is { } wait ? AcceptAsync(request, wait) : _controller!.SubmitAsync(request, null, cancel.Token);
    }

    /// <summary>A job for later; what is said to be accepted is never forgotten, and sometimes taken back.</summary>
    private async Task<JobReport> AcceptAsync(JobRequest request, TimeSpan wait)
    {
        var report = await _controller!.AcceptAsync(request, new((JobPriority)_random.Next(3), _clock.GetUtcNow() + wait), CancellationToken.None);
        if (report is { Refusal: null, Job: { } job })
        {
            Hit("accepted");
            _accepted.Add(job);
            if (_random.Next(10) == 0)
            {
                _beside.Add(TakeBackAsync(job));
            }
        }

        return new(report.Job, report.Refusal, null, report.Receipt, report.Repeated);
    }

    private async Task TakeBackAsync(JobId job)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(500)), _clock, CancellationToken.None);
        Hit($"taken back: {await _controller!.CancelAsync(TenantId.Owner, job)}");
    }

    private Asked Ask(int number) => new(
        _random.Next(20) == 0 ? """{"unheard":1}""" : $$"""{"message":"{{number % 7}}"}""",
        _random.Next(2) == 0 ? $"key-{_random.Next(40)}" : null,
        Terms.Default with
        {
            Deadline = _random.Next(3) == 0 ? Duration.FromSeconds(0.3) : null,
            Budget = _random.Next(25) == 0 ? Money.Zero(Currency.Eur) : null,
            Prefer = Preference.Parse(_random.Next(2) == 0 ? "cheapest" : "fastest=0.5,greenest=0.5"),
        },
        _random.Next(50) == 0 ? PrincipalId.Parse("stranger") : PrincipalId.Owner,
        _random.Next(2) == 0 ? SimulatedOffers.Echo : SimulatedOffers.Again,
        _random.Next(3) == 0 ? TimeSpan.FromMilliseconds(_random.Next(2) * _random.Next(2_000)) : null);

    private void Settle(int number, Task<JobReport> task)
    {
        if (task.IsFaulted)
        {
            // Only the death of the process may end a request without an answer.
            Assert.IsType<SimulatedCrashException>(task.Exception!.InnerException);
            _crashed = true;
            return;
        }

        Assert.False(task.IsCanceled, "A job that was taken back has a report.");
        var report = task.Result;
        Hit(report.Refusal is { } refusal ? $"refused {refusal.Code}" : "done");
        Write($"{number} {report.Job} {report.Refusal?.Code} {report.Receipt?.State} {report.Repeated}");
        if (report.Repeated)
        {
            Hit("repeated");
        }

        if (report.Refusal is { Kind: RefusalKind.Unknown, Code: var code } && code == RefusalCodes.StorageFailed)
        {
            _crashed = true; // The store must be opened anew.
            AskAgain(number);
            return;
        }

        Reports.Add(number, report);
        if (report is { Job: { } job, Refusal: null })
        {
            CheckKey(number, job);
            if (!_accepted.Contains(job))
            {
                _beside.Add(CompleteAgainAsync(job));
            }
        }
    }

    /// <summary>Who was told done under a key was told of the one job that the key stands for.</summary>
    private void CheckKey(int number, JobId job)
    {
        if (_asked[number].Key is { } key && new MemoryStore(_disk).FindKey(new(TenantId.Owner, key)) is { } stored && stored.ExpiresAt > _clock.GetUtcNow())
        {
            Assert.Equal(stored.Job, job);
        }
    }

    /// <summary>A worker's answer that comes twice: the second finds the job closed and changes nothing.</summary>
    private async Task CompleteAgainAsync(JobId job)
    {
        if (_random.Next(5) != 0)
        {
            return;
        }

        var receipt = Receipts.StoredReceipts.Read(_store!, job)!;
        var again = Trust.Statements.SignedStatement.Sign(receipt with { Attempts = [] }, _key);
        Assert.False(await _controller!.Journal.PostAsync(new CloseCommand(
            job, JobState.Done, null, new(0, [], null, _clock.GetUtcNow() + FundedJob.KeyLifetime), receipt.Charge, again, _clock.GetUtcNow())));
        Hit("duplicate answer");
    }

    private void AskAgain(int number)
    {
        if (_asked[number].Key is not null)
        {
            _retries.Enqueue(number);
        }
    }

    /// <summary>The process dies and starts again on what was durable.</summary>
    private void Restart(Dictionary<int, Task<JobReport>> running)
    {
        if (_controller is not null || _crashed)
        {
            Hit("restart");
        }

        // Whoever asked under a key and heard nothing asks again.
        foreach (var number in running.Keys.Order())
        {
            AskAgain(number);
        }

        running.Clear();
        foreach (var task in _beside.Where(t => t.IsFaulted))
        {
            Assert.True(task.Exception!.InnerException is SimulatedCrashException or StoreException, task.Exception.ToString());
        }

        _beside.Clear();
        _controller?.Die();
        _context.Kill();
        _workers.NewLife();
        (_crashed, _drain, _dyingIn) = (false, null, int.MaxValue);
        for (var attempt = 0; attempt < 500; attempt++)
        {
            _store = new MemoryStore(_disk, Fault);
            var controller = Controller.Load(
                new() { Origin = Origin, OwnJournalThread = false, HousekeepEvery = TimeSpan.Zero, Queue = new() { MaxRunning = 4, MaxAttempts = 3 }, OwnerLimitMicros = -1_000_000_000_000 },
                new(_store, null, () => _key, new OfferBook(new CapabilityCatalogue([SimulatedOffers.Echo, SimulatedOffers.Again]), SimulatedOffers.All(s_start)), _workers, ZoneTable.BuiltIn, _clock, _ids, Salt, Chance: _random));
            var opening = controller.StartAsync();
            for (var step = 0; step < 10_000 && !opening.IsCompleted; step++)
            {
                if (!_context.Step())
                {
                    controller.DrainJournal();
                }
            }

            if (opening.IsCompletedSuccessfully)
            {
                _controller = controller;
                if (_controller.Recovered.Count > 0)
                {
                    Hit("recovered");
                }

                if (_controller.Resumed.Count > 0)
                {
                    Hit("resumed");
                }

                if (_faultsOneIn < 30)
                {
                    AssertSound();
                }

                return;
            }

            Assert.True(opening.IsFaulted, $"Opening does not end; {_context.Ready} are ready.");
            Assert.True(opening.Exception!.InnerException is SimulatedCrashException or StoreException, opening.Exception!.ToString());
            Hit("crash in recovery");
            _context.Kill();
        }

        Assert.Fail("The mesh cannot be opened.");
    }

    private byte[] Salt()
    {
        var salt = new byte[32];
        _random.NextBytes(salt);
        return salt;
    }

    private CommitFault Fault(Batch batch)
    {
        // A full disk stays full for a while.
        var fault = _fullFor-- > 0 ? CommitFault.Full : _random.Next(_faultsOneIn * 6) switch
        {
            0 => CommitFault.CrashBefore,
            1 => CommitFault.CrashAfter,
            2 => CommitFault.LostIo,
            3 => CommitFault.KeptIo,
            4 or 5 => CommitFault.Full,
            _ => CommitFault.None,
        };
        if (fault == CommitFault.Full && _fullFor < 0)
        {
            _fullFor = _random.Next(6);
        }

        if (fault != CommitFault.None)
        {
            Hit($"fault {fault}");
            _faultSinceDrain = true;
        }

        if (fault is not (CommitFault.None or CommitFault.Full))
        {
            // Whoever hears of it may be the queue alone, which tells nobody: somebody notices after a while.
            _dyingIn = Math.Min(_dyingIn, _random.Next(1, 200));
        }

        foreach (var receipt in batch.Receipts)
        {
            _trace.AppendData(receipt.Envelope);
        }

        return fault;
    }

    private void Hit(string what) => _hits[what] = _hits.GetValueOrDefault(what) + 1;

    private void Write(string line) => _trace.AppendData(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>What one client asks, and asks again word for word.</summary>
    private sealed record Asked(string Message, string? Key, Terms Terms, PrincipalId Principal, Capability Capability, TimeSpan? StartsIn);
}
