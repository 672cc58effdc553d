using System.Threading.Channels;
using Crank.Core;
using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>The one writer: drains what waits, applies the rules, commits one batch, answers everybody in it.</summary>
/// <remarks>
/// With a thread of its own it commits as fast as the disk flushes, and everybody who came meanwhile shares the next flush (group commit). While commands
/// come one at a time, whoever posts commits on its own thread, which saves two wake-ups a commit; who comes meanwhile waits for the writer's thread as ever.
/// Without one, a simulation calls <see cref="Drain"/> when it likes.
/// </remarks>
internal sealed class JournalWriter : IAsyncDisposable
{
    /// <summary>How many commands one commit takes at most.</summary>
    public const int MaxBatch = 512;

    /// <summary>How many commands may wait; whoever comes then waits for room.</summary>
    private const int MaxWaiting = 8192;

    // Synchronous continuations: whoever posts to an idle writer wakes its thread itself, without a detour through the thread pool.
    private readonly Channel<JournalCommand> _waiting = Channel.CreateBounded<JournalCommand>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, AllowSynchronousContinuations = true });

    private readonly IStore _store;
    private readonly IdSource _ids;
    private readonly Func<Trust.Log.LogState, string> _checkpoint;
    private readonly Action<Batch>? _committed;
    private readonly Batch _rows = new();
    private readonly List<JournalCommand> _batch = new(MaxBatch);
    private readonly Thread? _writer;
    private readonly Lock _writing = new();
    private int _lastBatch;
    private JournalState _state;
    private Exception? _broken;

    public JournalWriter(IStore store, JournalState state, IdSource ids, Func<Trust.Log.LogState, string> checkpoint, bool ownThread, Action<Batch>? committed = null)
    {
        (_store, _state, _ids, _checkpoint, _committed) = (store, state, ids, checkpoint, committed);
        if (ownThread)
        {
            _writer = new Thread(Write) { IsBackground = true, Name = "crank-journal" };
            _writer.Start();
        }
    }

    /// <summary>What the last commit left; only for reading.</summary>
    public JournalState State => Volatile.Read(ref _state);

    /// <summary>Waits until the command is durable.</summary>
    /// <exception cref="StoreFullException">There was no room. Nothing was written; the journal goes on.</exception>
    /// <exception cref="StoreConflictException">It does not fit what is stored. Nothing was written; the journal goes on.</exception>
    /// <exception cref="StoreException">Nobody knows whether it was committed. The journal takes nothing more until it is opened anew.</exception>
    public Task<T> PostAsync<T>(JournalCommand<T> command)
    {
        if (_writer is not null && Volatile.Read(ref _lastBatch) == 1 && TryCommitHere(command))
        {
            return command.Committed;
        }

        return _waiting.Writer.TryWrite(command) ? command.Committed : PostWhenThereIsRoomAsync(command);
    }

    /// <summary>Commits at most one batch.</summary>
    /// <returns>False when nothing waited.</returns>
    public bool Drain()
    {
        lock (_writing)
        {
            return DrainLocked();
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        _writer?.Join();
        lock (_writing)
        {
            // Whoever commits on its own thread is done, and nobody begins to.
            _lastBatch = 0;
        }

        return ValueTask.CompletedTask;
    }

    private bool DrainLocked()
    {
        _batch.Clear();
        while (_batch.Count < MaxBatch && _waiting.Reader.TryRead(out var command))
        {
            _batch.Add(command);
        }

        if (_batch.Count == 0)
        {
            return false;
        }

        CommitWhatWasTaken();
        return true;
    }

    private void CommitWhatWasTaken()
    {
        _lastBatch = _batch.Count;
        try
        {
            CommitBatch(_batch);
        }
        catch (Exception e) when (_broken is null && e is not StoreFullException && _batch.Count > 1)
        {
            // Nothing was written, because one of them does not fit: each for itself, so that it alone is told.
            foreach (var command in _batch)
            {
                CommitAlone(command);
            }
        }
        catch (Exception e)
        {
            foreach (var command in _batch)
            {
                command.Fail(e);
            }
        }
    }

    private void CommitAlone(JournalCommand command)
    {
        try
        {
            CommitBatch([command]);
        }
        catch (Exception e)
        {
            command.Fail(e);
        }
    }

    /// <summary>Commits a command on the thread of whoever posts it, when the writer rests and nothing waits.</summary>
    /// <returns>False when it does not, or when it may not any more: nothing was done then.</returns>
    private bool TryCommitHere(JournalCommand command)
    {
        if (!_writing.TryEnter())
        {
            return false;
        }

        try
        {
            if (_lastBatch != 1 || _waiting.Reader.Count > 0)
            {
                return false;
            }

            _batch.Clear();
            _batch.Add(command);
            CommitWhatWasTaken();
            return true;
        }
        finally
        {
            _writing.Exit();
        }
    }

    private async Task<T> PostWhenThereIsRoomAsync<T>(JournalCommand<T> command)
    {
        await _waiting.Writer.WriteAsync(command);
        return await command.Committed;
    }

    private void CommitBatch(IReadOnlyList<JournalCommand> commands)
    {
        ThrowIfBroken();
        _rows.Clear();
        var draft = new JournalDraft(_state, _store, _rows, _ids);
        foreach (var command in commands)
        {
            command.Apply(draft);
        }

        var next = draft.Seal(_checkpoint);
        if (_rows.Count > 0)
        {
            Commit();
        }

        Volatile.Write(ref _state, next.Committed());
        _committed?.Invoke(_rows);
        foreach (var command in commands)
        {
            command.Complete();
        }
    }

    /// <summary>Writes the rows. When nobody knows whether they were written, this writer is done: what it believes may not be what is stored.</summary>
    private void Commit()
    {
        try
        {
            _store.Commit(_rows);
        }
        catch (Exception e) when (e is not (StoreConflictException or StoreFullException or ArgumentException))
        {
            _broken = e;
            throw;
        }
    }

    private void ThrowIfBroken()
    {
        if (_broken is StoreException unknown)
        {
            throw new StoreException("An earlier commit failed and nobody knows whether it was written. Stop, and open the data folder anew.", unknown);
        }

        if (_broken is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_broken);
        }
    }

    private void Write()
    {
        using var wake = new AutoResetEvent(initialState: false);
        Action set = () => wake.Set();
        while (WaitForCommands(wake, set))
        {
            while (Drain())
            {
            }
        }
    }

    /// <summary>Sleeps until something waits, without spinning first: on few cores the spin would be taken from those who post.</summary>
    /// <returns>False when nothing will come any more.</returns>
    private bool WaitForCommands(AutoResetEvent wake, Action set)
    {
        var waiting = _waiting.Reader.WaitToReadAsync().AsTask();
        if (!waiting.IsCompleted)
        {
            waiting.GetAwaiter().UnsafeOnCompleted(set);
            wake.WaitOne();
        }

        return waiting.GetAwaiter().GetResult();
    }
}
