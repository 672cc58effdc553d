namespace Crank.Session.Blobs;

/// <summary>How much of one blob the receiver still allows; one sender waits on it.</summary>
internal sealed class CreditGate
{
    private const long MaxOutstanding = 16L * 1024 * 1024;

    private readonly Lock _gate = new();
    private long _available;
    private TaskCompletionSource? _waiter;
    private Exception? _end;

    /// <exception cref="SessionException">More credit is outstanding than any receiver can mean.</exception>
    public void Add(long bytes)
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            if (bytes > MaxOutstanding - _available)
                throw SessionException.Violation($"A credit of {bytes} bytes would leave more than {MaxOutstanding} outstanding for one blob.");
            _available += bytes;
            waiter = _waiter;
            _waiter = null;
        }

        waiter?.TrySetResult();
    }

    /// <summary>Wakes the sender with a reason to stop.</summary>
    public void End(Exception reason)
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _end ??= reason;
            waiter = _waiter;
            _waiter = null;
        }

        waiter?.TrySetResult();
    }

    /// <summary>Takes up to <paramref name="wanted"/> bytes of credit, at least one, waiting for it if there is none.</summary>
    public async ValueTask<int> TakeAsync(int wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_end is not null) throw new OperationCanceledException("The invocation that this blob belongs to has ended.", _end);
                if (_available > 0)
                {
                    var taken = (int)Math.Min(wanted, _available);
                    _available -= taken;
                    return taken;
                }

                _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                more = _waiter.Task;
            }

            await more.WaitAsync(cancellationToken);
        }
    }
}
