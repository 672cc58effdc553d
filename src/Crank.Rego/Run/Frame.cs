using System.Runtime.CompilerServices;
using Crank.Rego.Builtins;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>The state of one decision: locals, memo, documents in force, and what is left of its budget. Rules do not recurse, so every local has one place.</summary>
internal sealed class Frame
{
    private const int Slice = 2_048;
    private readonly Stack<Value[]> _spareMemos = new();
    private readonly int _memoCount;
    private int _fuel;
    private long _budget;
    private long _deadline;
    private TimeProvider _clock = TimeProvider.System;
    private CancellationToken _cancellation;
    private Dictionary<Value, Value>? _recorded;

    public Frame(int locals, int memos, BuiltinContext builtins)
    {
        Locals = new Value[locals];
        Memo = new Value[memos];
        _memoCount = memos;
        Builtins = builtins;
    }

    public Value[] Locals { get; set; }

    /// <summary>Results of rules by number; an empty entry is not computed yet.</summary>
    public Value[] Memo { get; set; }

    public Value Input { get; set; }

    /// <summary>The base documents, with what <c>with</c> replaced.</summary>
    public Value Data { get; set; }

    /// <summary>Constant references into the base documents of the snapshot, resolved.</summary>
    public Value[] Linked { get; set; } = [];

    public Override? Overrides { get; set; }

    public Mock? Mocks { get; set; }

    /// <summary>The state that <c>with</c> left outside, innermost first.</summary>
    public WithScope? Scope { get; set; }

    public BuiltinContext Builtins { get; }

    public bool Strict { get; set; }

    /// <summary>Results of builtins that are not functions of their arguments: given for a replay, or found during this decision.</summary>
    public Dictionary<Value, Value>? Recordings => _recorded;

    public Probes? Probes { get; set; }

    /// <summary>Counts one turn of a loop or one element made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Tick()
    {
        if (--_fuel < 0)
        {
            Refuel();
        }
    }

    public void Start(long budget, long elements, TimeSpan? time, TimeProvider clock, Dictionary<Value, Value>? recorded, CancellationToken cancellation)
    {
        _budget = budget;
        _fuel = 0;
        _clock = clock;
        _cancellation = cancellation;
        _deadline = time is { } t ? clock.GetTimestamp() + (long)(t.TotalSeconds * clock.TimestampFrequency) : long.MaxValue;
        _recorded = recorded;
        Builtins.Remaining = elements;
        Builtins.Cancellation = cancellation;
        Refuel();
    }

    /// <summary>Lets go of everything the decision touched.</summary>
    public void Clear()
    {
        Array.Clear(Locals);
        Array.Clear(Memo);
        Input = Data = default;
        Overrides = null;
        Mocks = null;
        Scope = null;
        Probes = null;
        _recorded = null;
        Builtins.Reset();
    }

    public Value[] FreshMemo() => _spareMemos.TryPop(out var spare) ? spare : new Value[_memoCount];

    public void ReturnMemo(Value[] memo)
    {
        Array.Clear(memo);
        _spareMemos.Push(memo);
    }

    /// <summary>The result of a builtin that is not a function of its arguments: the one recorded for these arguments, else a new one, which is recorded.</summary>
    public Value Recorded(Builtin builtin, ReadOnlySpan<Value> arguments)
    {
        var key = Value.Of(ArrayValue.Of([builtin.Name, .. arguments]));
        _recorded ??= [];
        if (!_recorded.TryGetValue(key, out var result))
        {
            result = builtin.Run(Builtins, arguments);
            if (result.IsDefined)
            {
                _recorded[key] = result;
            }
        }

        return result;
    }

    public Value Refused(string name, BuiltinException why, Location? at) => Strict
        ? throw new EvaluationException(why.Error == BuiltinError.WrongType ? EvaluationException.Type : EvaluationException.Builtin, $"{name}: {why.Message}", at)
        : default;

    private void Refuel()
    {
        if (_budget <= 0)
        {
            throw new LimitException("The decision used up its steps; simplify the policy or raise the limit.");
        }

        _cancellation.ThrowIfCancellationRequested();
        if (_deadline != long.MaxValue && _clock.GetTimestamp() > _deadline)
        {
            throw new LimitException("The decision took longer than its time limit.");
        }

        _fuel = (int)Math.Min(Slice, _budget);
        _budget -= _fuel;
    }
}
