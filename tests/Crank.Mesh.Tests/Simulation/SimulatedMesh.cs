using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Crank.Carbon;
using Crank.Core;
using Crank.Mesh.Audit;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Path;
using Crank.Mesh.Place;
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
    private readonly bool _faults;
    private readonly IdSource _ids;
    private MemoryStore? _store;
    private Controller? _controller;
    private bool _crashed;

    public SimulatedMesh(int seed, bool faults = true)
    {
        _random = new Random(seed);
        _faults = faults;
        _context = new(_random);
        _key = SigningKey.FromSeed(Origin, SHA256.HashData(BitConverter.GetBytes(seed)));
        _trusted = new(_key.Public);
        _ids = new(_clock, _random);
        _workers = new(_random, _clock, Hit);
    }

    public const string Origin = "mesh.sim/1";

    public IReadOnlyDictionary<string, int> Hits => _hits;

    public IReadOnlyDictionary<JobId, int> Runs => _workers.Runs;

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
            for (var step = 0; next < jobs || running.Count > 0; step++)
            {
                Assert.True(step < jobs * 2_000, "The simulation does not come to rest.");
                if (_crashed || _controller is null)
                {
                    Restart(running);
                    continue;
                }

                if (next < jobs && running.Count < 64 && _random.Next(3) == 0)
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
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>Everything that must hold of what is stored.</summary>
    public void AssertSound()
    {
        var report = LedgerVerifier.Verify(_store!, [_trusted], Origin, _clock.GetUtcNow());
        Assert.Empty(report.Findings);
        Assert.Empty(_store!.Load().OpenHolds);
        Assert.Empty(_store.Load().OpenJobs);
        foreach (var job in _store.ListJobs(TenantId.Owner, null, int.MaxValue))
        {
            var receipt = Receipts.StoredReceipts.Read(_store, job.Id);
            Assert.NotNull(receipt);
            Assert.Equal(job.State, receipt.State);
            Assert.Equal(job.State == JobState.Done, job.Result is not null);
            Assert.Equal(job.State == JobState.Done, receipt.Charge.Total.Micros > 0);
        }

        foreach (var (_, told) in Reports.Where(r => r.Value is { Refusal: null }))
        {
            Assert.Equal(JobState.Done, _store.FindJob(told.Job!.Value)!.State);
        }
    }

    private void Turn()
    {
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

    private Task<JobReport> Submit(int number)
    {
        var cancel = new CancellationTokenSource();
        var message = _random.Next(20) == 0 ? """{"unheard":1}""" : $$"""{"message":"{{number % 7}}"}""";
        var key = _random.Next(4) == 0 ? $"key-{_random.Next(40)}" : null;
        var terms = Terms.Default with
        {
            Deadline = _random.Next(3) == 0 ? Duration.FromSeconds(0.3) : null,
            Budget = _random.Next(25) == 0 ? Money.Zero(Currency.Eur) : null,
            Prefer = Preference.Parse(_random.Next(2) == 0 ? "cheapest" : "fastest=0.5,greenest=0.5"),
        };
        if (_random.Next(20) == 0)
        {
            // The token is cancelled by a turn of the context, some time later.
            _context.Post(_ => cancel.Cancel(), null);
            Hit("cancel");
        }

        var principal = _random.Next(50) == 0 ? PrincipalId.Parse("stranger") : PrincipalId.Owner;
        return _controller!.SubmitAsync(
            new(TenantId.Owner, principal, SimulatedOffers.Echo.Id.Name, null, Encoding.UTF8.GetBytes(message), ImmutableDictionary<string, BlobSource>.Empty, terms, key),
            null, cancel.Token);
    }

    private void Settle(int number, Task<JobReport> task)
    {
        if (task.IsFaulted)
        {
            // Only the death of the process may end a request without an answer.
            Assert.IsType<SimulatedCrashException>(task.Exception!.InnerException);
            _crashed = true;
            return;
        }

        if (task.IsCanceled)
        {
            Hit("cancelled before the path");
            return;
        }

        var report = task.Result;
        Reports.Add(number, report);
        Hit(report.Refusal is { } refusal ? $"refused {refusal.Code}" : "done");
        if (report.Repeated)
        {
            Hit("repeated");
        }

        if (report.Refusal is { Kind: RefusalKind.Unknown, Code: var code } && code == RefusalCodes.StorageFailed)
        {
            _crashed = true; // The store must be opened anew.
        }

        Write($"{number} {report.Job} {report.Refusal?.Code} {report.Receipt?.State}");
    }

    /// <summary>The process dies and starts again on what was durable.</summary>
    private void Restart(Dictionary<int, Task<JobReport>> running)
    {
        if (_controller is not null || _crashed)
        {
            Hit("restart");
        }

        running.Clear();
        _context.Kill();
        _crashed = false;
        for (var attempt = 0; attempt < 20; attempt++)
        {
            _store = new MemoryStore(_disk, Fault);
            var controller = Controller.Load(
                new() { Origin = Origin, OwnJournalThread = false, OwnerLimitMicros = -1_000_000_000_000 },
                new(_store, null, () => _key, new CapabilityCatalogue([SimulatedOffers.Echo]), new OfferBook(SimulatedOffers.All(s_start)), _workers, ZoneTable.BuiltIn, _clock, _ids, Salt));
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

                return;
            }

            Assert.True(opening.IsFaulted, "Opening does not end.");
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
        if (!_faults)
        {
            return CommitFault.None;
        }

        var fault = _random.Next(400) switch
        {
            0 => CommitFault.CrashBefore,
            1 => CommitFault.CrashAfter,
            2 => CommitFault.LostIo,
            3 => CommitFault.KeptIo,
            4 or 5 => CommitFault.Full,
            _ => CommitFault.None,
        };
        if (fault != CommitFault.None)
        {
            Hit($"fault {fault}");
        }

        foreach (var receipt in batch.Receipts)
        {
            _trace.AppendData(receipt.Envelope);
        }

        return fault;
    }

    private void Hit(string what) => _hits[what] = _hits.GetValueOrDefault(what) + 1;

    private void Write(string line) => _trace.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
}
