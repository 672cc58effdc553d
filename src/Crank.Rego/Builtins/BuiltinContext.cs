using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>What a builtin may know and use besides its arguments. One per decision; not shared between threads.</summary>
public sealed class BuiltinContext(TimeProvider clock, Random chance, BuiltinCapabilities capabilities)
{
    private long? _nowNanoseconds;
    private Dictionary<object, object>? _cache;

    /// <summary>The clock; builtins use <see cref="NowNanoseconds"/> instead, which stands still during a decision.</summary>
    public TimeProvider Clock { get; } = clock;

    /// <summary>The source of <c>rand.intn</c> and <c>uuid.rfc4122</c>. Their results are kept per decision by the evaluator.</summary>
    public Random Chance { get; } = chance;

    /// <summary>What may be reached outside.</summary>
    public BuiltinCapabilities Capabilities { get; } = capabilities;

    /// <summary>Cancels the decision.</summary>
    public CancellationToken Cancellation { get; internal set; }

    /// <summary>What <c>opa.runtime</c> answers.</summary>
    public Value Runtime { get; internal set; } = ObjectValue.Empty;

    /// <summary>The time of the decision, in nanoseconds since 1970 UTC; the same each time it is asked for.</summary>
    public long NowNanoseconds
    {
        get => _nowNanoseconds ??= (Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        internal set => _nowNanoseconds = value;
    }

    /// <summary>Whatever builtins keep for the length of a decision, by a key of their own (a compiled pattern, a parsed schema).</summary>
    public Dictionary<object, object> Cache => _cache ??= [];

    /// <summary>Elements that builtins may still make in this decision.</summary>
    internal long Remaining { get; set; } = long.MaxValue;

    /// <summary>Charges work or memory before it is done: about one for each element made or 16 characters written.</summary>
    /// <exception cref="LimitException">The decision's budget does not cover it.</exception>
    /// <exception cref="OperationCanceledException">The decision is cancelled.</exception>
    public void Charge(long elements)
    {
        if (elements > Remaining)
        {
            throw new LimitException("A builtin would exceed the budget of the decision; ask for less or raise its limit.");
        }

        Remaining -= elements;
        Cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Makes the context ready for another decision.</summary>
    internal void Reset()
    {
        _nowNanoseconds = null;
        _cache?.Clear();
    }
}
