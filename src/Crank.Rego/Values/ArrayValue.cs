using System.Collections;
using System.Runtime.CompilerServices;

namespace Crank.Rego.Values;

/// <summary>An immutable array of values.</summary>
public sealed class ArrayValue : HeapValue, IReadOnlyList<Value>
{
    private readonly Value[] _items;
    private readonly int _count;
    private int _hash;

    internal ArrayValue(Value[] items, int count)
        : base(ValueKind.Array)
    {
        _items = items;
        _count = count;
    }

    /// <summary>The array without elements.</summary>
    public static ArrayValue Empty { get; } = new([], 0);

    /// <inheritdoc/>
    public int Count => _count;

    /// <summary>The elements, and perhaps room behind them.</summary>
    internal Value[] Items => _items;

    /// <summary>The elements in order.</summary>
    public ReadOnlySpan<Value> Span => new(_items, 0, _count);

    /// <inheritdoc/>
    public Value this[int index] => Span[index];

    /// <summary>An array of a copy of these elements.</summary>
    public static ArrayValue Of(params ReadOnlySpan<Value> items) => items.IsEmpty ? Empty : new(items.ToArray(), items.Length);

    /// <summary>The element at a position; undefined when the key is no integer in range.</summary>
    public Value Get(in Value key)
    {
        if (!key.IsInteger)
        {
            return key.TryGetInt64(out var whole) ? Get(Value.Of(whole)) : default;
        }

        return key.Bits >= 0 && key.Bits < _count ? _items[key.Bits] : default;
    }

    /// <inheritdoc/>
    public IEnumerator<Value> GetEnumerator()
    {
        for (var i = 0; i < _count; i++)
        {
            yield return _items[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The array as Rego text.</summary>
    public override string ToString() => RegoText.Write(this);

    internal bool EqualTo(ArrayValue other)
    {
        if (_count != other._count)
        {
            return false;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        for (var i = 0; i < _count; i++)
        {
            if (!_items[i].Equals(other._items[i]))
            {
                return false;
            }
        }

        return true;
    }

    internal int Hash()
    {
        if (_hash == 0)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            var hash = 17;
            foreach (ref readonly var item in Span)
            {
                hash = unchecked((hash * 31) + Order.Hash(item));
            }

            _hash = hash == 0 ? 1 : hash;
        }

        return _hash;
    }
}
