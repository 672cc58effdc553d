using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Crank.Rego.Decide;
using Crank.Rego.Values;
using Crank.Trust.Keys;
using Crank.Trust.Sealing;
using Decision = Crank.Core.Decision;

namespace Crank.Mesh.Authorize.Log;

/// <summary>
/// Writes decisions down, on a thread of its own: whoever decides only puts the decision into a queue of bounded size. What finds no room, or what the disk refuses, is lost, and
/// the log says so in a signed gap with the numbers of all that is missing.
/// </summary>
public sealed class DecisionLog : IAsyncDisposable
{
    /// <summary>The path of a decision that stands above the policy's answer.</summary>
    public const string OverruledPath = "crank/overruled";

    private const int BatchBytes = 1 << 20;
    private const int OwnBytes = 2_048;
    private const int LinesUntilCheck = 1_000;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly PolicyLogSettings _settings;
    private readonly TimeProvider _clock;
    private readonly SecretNames _secrets;
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly KeptPolicies _kept;
    private readonly SealedInputsWriter? _inputs;
    private readonly LogFile _file;
    private readonly ConditionalWeakTable<PolicyInForce, DecisionLogRules> _rules = [];
    private readonly Channel<Entry> _queue = Channel.CreateUnbounded<Entry>(new() { SingleReader = true });
    private readonly Lock _adding = new();
    private readonly Task _writing;
    private readonly string _run;
    private long _asked;
    private long _waiting;
    private long _waitingBytes;

    // The writer's own: how far it came, and what of that is in the file. Every number is written, left out by rule, or lost.
    private long _next = 1;
    private long _covered;
    private long _written;
    private long _dropped;
    private long _batchWritten;
    private long _batchDropped;
    private long _droppedBefore;
    private long _droppedAtCommit;
    private (long First, long Last)? _gap;
    private PolicyInForce? _set;
    private DateTimeOffset _retryAt;
    private volatile LogCounts _counts = new(0, 0, 0, 0, null);

    private DecisionLog(string folder, PolicyLogSettings settings, Func<SigningKey> key, SealingKey sealing, string run, TimeProvider clock)
    {
        (_settings, _run, _clock) = (settings, run, clock);
        _secrets = SecretNames.And(settings.Erase);
        foreach (var label in settings.Labels)
        {
            var parts = label.Split('=', 2);
            _labels[parts[0]] = parts.Length == 2 ? parts[1] : "";
        }

        _labels["id"] = key().Public.Name;
        _kept = PolicyLogFolder.Sets(folder, settings);
        _inputs = settings.Inputs ? new(PolicyLogFolder.InputsOf(folder), sealing, settings, clock) : null;
        _file = new(PolicyLogFolder.LogOf(folder), settings, key, _labels, clock);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>What became of the decisions by now.</summary>
    public LogCounts Counts => _counts with { Asked = Interlocked.Read(ref _asked) };

    /// <summary>Opens the log of a data folder. Nothing is written before the first decision.</summary>
    /// <param name="folder">The folder that log, sealed inputs and kept sets lie in.</param>
    /// <param name="settings">How much is kept.</param>
    /// <param name="key">The key that marks are signed with.</param>
    /// <param name="sealing">The key that inputs are sealed with.</param>
    /// <param name="run">Names this run of the writer.</param>
    /// <param name="clock">The time.</param>
    public static DecisionLog Open(string folder, PolicyLogSettings settings, Func<SigningKey> key, SealingKey sealing, string run, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(clock);
        return new(folder, settings, key, sealing, run, clock);
    }

    /// <summary>Takes a decision to be written. Never waits, never fails; safe for many threads.</summary>
    /// <param name="asked">The decision.</param>
    /// <param name="shadow">True for one of a set that is not in force.</param>
    public void Add(in PolicyAsked asked, bool shadow = false) => Add(asked, null, shadow, OwnBytes + (asked.Answer.Commitment?.Text.Length ?? 0));

    /// <summary>Takes a decision about a job that stands above the policy's answer, such as an exception's. It has the id of that answer.</summary>
    public void Add(Decision overruled)
    {
        ArgumentNullException.ThrowIfNull(overruled);
        Add(null, overruled, false, OwnBytes);
    }

    private void Add(PolicyAsked? asked, Decision? overruled, bool shadow, int bytes)
    {
        var (at, trace) = (_clock.GetUtcNow(), Activity.Current?.Context ?? default);
        lock (_adding)
        {
            // The number is taken in the order of the queue, so that a hole in the numbers is what was lost and nothing else.
            var number = ++_asked;
            if (_waiting == 0 || (_waiting < _settings.Waiting && _waitingBytes + bytes <= _settings.WaitingBytes))
            {
                Interlocked.Increment(ref _waiting);
                Interlocked.Add(ref _waitingBytes, bytes);
                _queue.Writer.TryWrite(new(new(number, asked, overruled, shadow, at, trace), bytes, null));
            }
        }
    }

    /// <summary>Waits until everything given by now is in the file, or is known to be lost.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_queue.Writer.TryWrite(new(null, 0, done)))
        {
            await done.Task.WaitAsync(cancellationToken);
        }
        else
        {
            await _writing.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Writes what waits, and the end of the run.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writing;
        _inputs?.Dispose();
        _file.Dispose();
    }

    private async Task WriteAsync()
    {
        var flushed = new List<TaskCompletionSource>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (_queue.Reader.TryRead(out var entry))
            {
                if (entry.Decision is { } waiting)
                {
                    Guarded(() => Take(waiting));
                    Interlocked.Add(ref _waitingBytes, -entry.Bytes);
                    Interlocked.Decrement(ref _waiting);
                }
                else
                {
                    flushed.Add(entry.Flushed!);
                }

                if (_file.BatchBytes >= BatchBytes)
                {
                    Guarded(Commit);
                }
            }

            FindTail();
            Guarded(Commit);
            flushed.ForEach(static done => done.TrySetResult());
            flushed.Clear();
        }

        if (_gap is not null)
        {
            Guarded(WriteGap);
        }

        if (_file.IsOpen)
        {
            Guarded(() =>
            {
                WriteMark(LogMarkKind.End);
                Commit();
            });
        }
    }

    /// <summary>What was lost after the last one that was written: nobody else tells of it.</summary>
    private void FindTail()
    {
        lock (_adding)
        {
            if (_waiting == 0 && _asked >= _next)
            {
                Lose(_next, _asked);
            }
        }

        if (_gap is not null && _clock.GetUtcNow() >= _retryAt)
        {
            Guarded(WriteGap);
        }
    }

    private void Take(WaitingDecision waiting)
    {
        if (waiting.Number > _next)
        {
            Lose(_next, waiting.Number - 1);
        }

        _next = waiting.Number + 1;
        if (_gap is not null && _clock.GetUtcNow() >= _retryAt)
        {
            WriteGap();
        }

        if (_gap is not null || _clock.GetUtcNow() < _retryAt)
        {
            // The disk refused the gap, so this one belongs to it.
            Lose(waiting.Number, waiting.Number);
            return;
        }

        // What is not the policy's own is masked by the rules of the set that was asked last.
        _set = waiting.Asked?.Set ?? _set;
        var whole = _secrets.Apply(LogLine.Of(waiting, _labels));
        var line = _set is null ? whole : _rules.GetValue(_set, static set => DecisionLogRules.Of(set.Policies, set.Snapshot, PolicyInForce.Limits)).Apply(whole);
        if (line is null)
        {
            _batchDropped++;
            _droppedBefore++;
            return;
        }

        OpenFile(waiting.Number);
        var isSealed = Seal(waiting);
        var bytes = new ArrayBufferWriter<byte>(2_048);
        JsonOut.Write(bytes, LogLine.Numbered(line, waiting, _run, _droppedBefore, isSealed).ToValue());
        _file.Add(bytes.WrittenSpan);
        _droppedBefore = 0;
        _batchWritten++;
    }

    /// <summary>Seals what the decision of a job was made of. Decisions that a rule leaves out of the log are not kept either.</summary>
    private bool Seal(WaitingDecision waiting)
    {
        if (waiting.Asked is not { } asked)
        {
            return false;
        }

        var answer = asked.Answer;
        return _inputs is not null && asked.Decision is { } decision && answer.Commitment is { } commitment && !waiting.Shadow
            && _inputs.Add(new(decision, asked.Topic, _kept.Keep(asked.Set), answer.Revision, commitment, answer.Allowed, answer.Rule, answer.Result));
    }

    private void WriteGap()
    {
        var (first, last) = _gap!.Value;
        OpenFile(first);
        _file.Add(Mark(LogMarkKind.Gap, first, last, last));
        _droppedBefore = 0;
        _gap = null;
    }

    private void WriteMark(LogMarkKind kind)
    {
        _file.Add(Mark(kind, _next, _next - 1, _next - 1));
        _droppedBefore = 0;
    }

    /// <summary>Opens a file when none is, for a line about a number: its first mark tells the number that a reader must find next.</summary>
    private void OpenFile(long number)
    {
        if (!_file.IsOpen)
        {
            var next = number - _droppedBefore;
            _file.Open(unclean => Mark(LogMarkKind.Begin, next, next - 1, next - 1) with { Unclean = unclean, Dropped = 0 });
        }
    }

    private LogMark Mark(LogMarkKind kind, long first, long last, long accounted)
    {
        var (written, dropped) = (_written + _batchWritten, _dropped + _batchDropped);
        var stated = kind == LogMarkKind.Begin ? dropped - _droppedBefore : dropped;
        return new(kind, _run, first, last, _droppedBefore, written, stated, accounted - written - stated, _file.Chain, false, _clock.GetUtcNow());
    }

    private void Lose(long first, long last)
    {
        _gap = (_gap?.First ?? first, last);
        _next = Math.Max(_next, last + 1);
    }

    private void Commit()
    {
        // The inputs first: a line in the log that says its input is kept is true.
        _inputs?.Flush();
        if (_file.Lines >= LinesUntilCheck)
        {
            WriteMark(LogMarkKind.Check);
        }

        _file.Commit();
        Settle();
        if (_file.IsFull)
        {
            WriteMark(LogMarkKind.End);
            _file.Commit();
            _file.Close();
            Settle();
        }
    }

    private void Settle()
    {
        (_written, _dropped) = (_written + _batchWritten, _dropped + _batchDropped);
        (_batchWritten, _batchDropped, _droppedAtCommit) = (0, 0, _droppedBefore);
        if (_gap is null)
        {
            _covered = _next - 1;
        }

        Tell(_gap is null ? null : _counts.Error);
    }

    private void Tell(string? error) => _counts = new(0, _written, _dropped, _next - 1 - _written - _dropped, error);

    /// <summary>Does what the disk may refuse. Everything since the last commit is then lost, and the log begins another file, not before a second has gone.</summary>
    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KeyStoreException)
        {
            _file.Abandon();
            (_batchWritten, _batchDropped, _droppedBefore) = (0, 0, _droppedAtCommit);
            if (_next - 1 > _covered)
            {
                _gap = (_covered + 1, _next - 1);
            }

            _retryAt = _clock.GetUtcNow() + s_pause;
            Tell(e.Message);
        }
    }

    private readonly record struct Entry(WaitingDecision? Decision, int Bytes, TaskCompletionSource? Flushed);
}
