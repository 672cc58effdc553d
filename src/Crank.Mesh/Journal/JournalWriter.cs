using System.Threading.Channels;
using Crank.Core;
using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>The one writer: drains what waits, applies the rules, commits one batch, answers everybody in it.</summary>
/// <remarks>
/// With a thread of its own it commits as fast as the disk flushes, and everybody who came meanwhile shares the next flush (group commit).
/// Without one, a simulation calls <see cref="Drain"/> when it likes.
/// </remarks>
internal sealed class JournalWriter : IAsyncDisposable
{
    /// <summary>How many commands one commit takes at most.</summary>
    public const int MaxBatch = 512;

    /// <summary>How many commands may wait; whoever comes then waits for room.</summary>
    private const int MaxWaiting = 8192;

    private readonly Channel<JournalCommand> _waiting = Channel.CreateBounded<JournalCommand>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly IStore _store;
    private readonly IdSource _ids;
    private readonly Func<Trust.Log.LogState, string> _checkpoint;
    private readonly Batch _rows = new();
    private readonly List<JournalCommand> _batch = new(MaxBatch);
    private readonly Thread? _writer;
    private JournalState _state;

    public JournalWriter(IStore store, JournalState state, IdSource ids, Func<Trust.Log.LogState, string> checkpoint, bool ownThread)
    {
        (_store, _state, _ids, _checkpoint) = (store, state, ids, checkpoint);
        if (ownThread)
        {
            _writer = new Thread(Write) { IsBackground = true, Name = "crank-journal" };
            _writer.Start();
        }
    }

    /// <summary>What the last commit left; only for reading.</summary>
    public JournalState State => Volatile.Read(ref _state);

    /// <summary>Waits until the command is durable.</summary>
    /// <exception cref="StoreException">It was not committed, or nobody knows.</exception>
    public async Task<T> PostAsync<T>(JournalCommand<T> command)
    {
        await _waiting.Writer.WriteAsync(command);
        return await command.Committed;
    }

    /// <summary>Commits at most one batch.</summary>
    /// <returns>False when nothing waited.</returns>
    public bool Drain()
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

        try
        {
            CommitBatch(_batch);
        }
        catch (StoreConflictException) when (_batch.Count > 1)
        {
            // One of them does not fit: each for itself, so that it alone is told.
            foreach (var command in _batch)
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
        }
        catch (Exception e)
        {
            foreach (var command in _batch)
            {
                command.Fail(e);
            }
        }

        return true;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        _writer?.Join();
        return ValueTask.CompletedTask;
    }

    private void CommitBatch(IReadOnlyList<JournalCommand> commands)
    {
        _rows.Clear();
        var draft = new JournalDraft(_state, _store, _rows, _ids);
        foreach (var command in commands)
        {
            command.Apply(draft);
        }

        var next = draft.Seal(_checkpoint);
        if (_rows.Count > 0)
        {
            _store.Commit(_rows);
        }

        Volatile.Write(ref _state, next.Committed());
        foreach (var command in commands)
        {
            command.Complete();
        }
    }

    private void Write()
    {
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (Drain())
            {
            }
        }
    }
}
