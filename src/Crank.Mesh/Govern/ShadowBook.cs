using System.Collections.Immutable;
using System.Threading.Channels;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Telemetry;

namespace Crank.Mesh.Govern;

/// <summary>
/// A second set of policies that is asked everything that the one in force is asked, and decides nothing. It is asked afterwards and by another thread, so that no job waits
/// for it; what it says is counted, and the newest differences are kept. Safe for many threads.
/// </summary>
public sealed class ShadowBook : IAsyncDisposable
{
    /// <summary>How many differences are kept.</summary>
    public const int KeptDifferences = 50;

    /// <summary>How many questions wait at most; what comes beyond that is counted and not asked.</summary>
    public const int MaxWaiting = 1_024;

    private readonly PolicyBook _book;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private Running? _running;

    /// <summary>Begins without a shadow.</summary>
    public ShadowBook(PolicyBook book, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(book);
        (_book, _clock) = (book, clock);
    }

    /// <summary>Told of every answer of the shadow, on the thread that asks it.</summary>
    public Action<PolicyAsked>? Answered { get; set; }

    /// <summary>What the shadow has come to; null when there is none.</summary>
    public ShadowStatus? Status => Volatile.Read(ref _running)?.Status;

    /// <summary>Puts a set beside the one in force, in the place of the one before; counting begins anew.</summary>
    public void Put(PolicyInForce set)
    {
        ArgumentNullException.ThrowIfNull(set);
        Replace(new(this, set, _clock));
    }

    /// <summary>Asks no shadow any more.</summary>
    /// <returns>False when there was none.</returns>
    public bool Off() => Replace(null) is not null;

    /// <summary>Ends the asking once everything that waits was asked.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Replace(null) is { } last)
        {
            await last.EndAsync();
        }
    }

    /// <summary>For tests: waits until everything that was asked up to now has been compared.</summary>
    internal async Task SettleAsync()
    {
        if (Volatile.Read(ref _running) is { } running)
        {
            await running.SettleAsync();
        }
    }

    private Running? Replace(Running? next)
    {
        Running? before;
        lock (_gate)
        {
            before = _running;
            if (before is not null)
            {
                _book.Asked -= before.Hear;
            }

            Volatile.Write(ref _running, next);
            if (next is not null)
            {
                _book.Asked += next.Hear;
            }
        }

        before?.Close();
        return before;
    }

    /// <summary>One shadow from its beginning to its end.</summary>
    private sealed class Running
    {
        private readonly ShadowBook _owner;
        private readonly PolicyInForce _set;
        private readonly TimeProvider _clock;
        private readonly DateTimeOffset _since;
        private readonly Channel<PolicyAsked> _waiting = Channel.CreateBounded<PolicyAsked>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
        private readonly long[] _counts = new long[Enum.GetValues<ShadowKind>().Length];
        private readonly Queue<ShadowDifference> _last = new();
        private readonly Task _comparing;
        private long _unasked;
        private long _heard;
        private long _compared;

        public Running(ShadowBook owner, PolicyInForce set, TimeProvider clock)
        {
            (_owner, _set, _clock, _since) = (owner, set, clock, clock.GetUtcNow());
            _comparing = Task.Run(CompareAsync);
        }

        public ShadowStatus Status
        {
            get
            {
                lock (_last)
                {
                    return new(
                        _set, _since, Enum.GetValues<ShadowKind>().ToImmutableSortedDictionary(kind => kind, kind => _counts[(int)kind]), Interlocked.Read(ref _unasked),
                        [.. _last.Reverse()]);
                }
            }
        }

        public void Hear(PolicyAsked asked)
        {
            // What others ask over HTTP is a question of theirs, not one that the mesh decides by.
            if (asked.Topic == PolicyTopic.Question)
            {
                return;
            }

            if (_waiting.Writer.TryWrite(asked))
            {
                Interlocked.Increment(ref _heard);
                return;
            }

            Interlocked.Increment(ref _unasked);
            MeshTelemetry.ShadowDecisions.Add(1, new(MeshTelemetry.PolicyTopic, asked.Topic.Name()), new(MeshTelemetry.ShadowOutcome, "unasked"));
        }

        public void Close() => _waiting.Writer.TryComplete();

        public Task EndAsync() => _comparing;

        public async Task SettleAsync()
        {
            while (Interlocked.Read(ref _compared) < Interlocked.Read(ref _heard))
            {
                await Task.Delay(1);
            }
        }

        private async Task CompareAsync()
        {
            await foreach (var asked in _waiting.Reader.ReadAllAsync())
            {
                var began = _clock.GetTimestamp();
                var answer = _set.Ask(asked.Topic, asked.Input, asked.Answer.Recorded);
                _owner.Answered?.Invoke(asked with { Answer = answer, Set = _set, Took = _clock.GetElapsedTime(began) });
                var kind = KindOf(asked.Answer, answer);
                MeshTelemetry.ShadowDecisions.Add(1, new(MeshTelemetry.PolicyTopic, asked.Topic.Name()), new(MeshTelemetry.ShadowOutcome, Word(kind)));
                lock (_last)
                {
                    _counts[(int)kind]++;
                    if (kind != ShadowKind.Agrees)
                    {
                        _last.Enqueue(new(_clock.GetUtcNow(), asked.Decision, asked.Topic, kind, asked.Answer.Rule, answer.Rule, kind == ShadowKind.Failed ? answer.Error ?? answer.Why : answer.Why));
                        if (_last.Count > KeptDifferences)
                        {
                            _last.Dequeue();
                        }
                    }
                }

                Interlocked.Increment(ref _compared);
            }
        }
    }

    /// <summary>The word for a kind, in answers and figures.</summary>
    public static string Word(ShadowKind kind) => kind switch
    {
        ShadowKind.Agrees => "agrees",
        ShadowKind.Stricter => "stricter",
        ShadowKind.Looser => "looser",
        ShadowKind.Different => "different",
        ShadowKind.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind."),
    };

    /// <summary>How two answers to one question differ. A shadow that fails is not merely strict, even where the set in force refuses too.</summary>
    internal static ShadowKind KindOf(GateAnswer inForce, GateAnswer shadow) => (inForce.Allowed, shadow.Allowed) switch
    {
        (_, false) when shadow.Error is not null && shadow.Rule != GateRules.InputBytes => ShadowKind.Failed,
        (true, false) => ShadowKind.Stricter,
        (false, true) => ShadowKind.Looser,
        (false, false) => ShadowKind.Agrees,
        _ when inForce.Obligations.SequenceEqual(shadow.Obligations) && Same(inForce.Constraints, shadow.Constraints) => ShadowKind.Agrees,
        _ => ShadowKind.Different,
    };

    private static bool Same(Constraints one, Constraints other) =>
        one.Zones.Order().SequenceEqual(other.Zones.Order()) && one.MinIsolation == other.MinIsolation && one.PriceCeiling == other.PriceCeiling && one.Deadline == other.Deadline
        && Sorted(one.Nodes?.Select(n => n.Value)).SequenceEqual(Sorted(other.Nodes?.Select(n => n.Value)))
        && one.Nodes is null == other.Nodes is null
        && Sorted(Listed(one.Redact?.Input)).SequenceEqual(Sorted(Listed(other.Redact?.Input)))
        && Sorted(Listed(one.Redact?.Output)).SequenceEqual(Sorted(Listed(other.Redact?.Output)));

    private static ImmutableArray<string> Listed(ImmutableArray<string>? texts) => texts is { IsDefault: false } listed ? listed : [];

    private static IEnumerable<string> Sorted(IEnumerable<string>? texts) => (texts ?? []).Order(StringComparer.Ordinal);
}
