namespace Crank.Gateway.Rest.Uploads;

/// <summary>One upload on its way. One request has its turn at a time; a newer one ends the older, which its client has given up (draft, section 4.6).</summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing that needs disposing.
internal sealed class Upload(string id, UploadState state, long offset, DateTimeOffset touchedAt)
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private CancellationTokenSource? _current;

    public string Id { get; } = id;

    /// <summary>Changed by whoever has the turn.</summary>
    public UploadState State { get; set; } = state;

    /// <summary>How many bytes are on disk, flushed.</summary>
    public long Offset { get; set; } = offset;

    /// <summary>When it was last asked for; it expires some time after that.</summary>
    public DateTimeOffset TouchedAt { get; set; } = touchedAt;

    /// <summary>True once it was cancelled or has failed for good: whoever waited for its turn finds nothing.</summary>
    public bool IsGone { get; set; }

    /// <summary>Ends the request that has the turn, and takes it.</summary>
    /// <exception cref="OperationCanceledException">A newer request came, or the caller went away.</exception>
    public async Task<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        var mine = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            _current?.Cancel();
            _current = mine;
        }

        try
        {
            await _turn.WaitAsync(mine.Token);
            return new(this, mine);
        }
        catch
        {
            Forget(mine);
            throw;
        }
    }

    private void Forget(CancellationTokenSource mine)
    {
        lock (_gate)
        {
            _current = _current == mine ? null : _current;
            mine.Dispose();
        }
    }

    /// <summary>The turn of one request; disposing it lets the next one in.</summary>
    public readonly struct Turn(Upload upload, CancellationTokenSource mine) : IDisposable
    {
        /// <summary>Cancelled when the caller goes away or a newer request comes.</summary>
        public CancellationToken Stop => mine.Token;

        public void Dispose()
        {
            upload.Forget(mine);
            upload._turn.Release();
        }
    }
}
