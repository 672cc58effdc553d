namespace Crank.Gateway.Tests.Webhooks;

/// <summary>A clock that says no time, and counts who asked. Its pauses are those of another clock.</summary>
internal sealed class FaultyClock(TimeProvider pauses) : TimeProvider
{
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public override DateTimeOffset GetUtcNow()
    {
        Interlocked.Increment(ref _asked);
        throw new InvalidOperationException("There is no time.");
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => pauses.CreateTimer(callback, state, dueTime, period);
}
