using System.Collections;
using System.Runtime.CompilerServices;

namespace Crank.Rego.Values;

/// <summary>An immutable set. Elements are visited in Rego's order.</summary>
public sealed class SetValue : HeapValue, IReadOnlyCollection<Value>
{
    private Value[] _items;
    private int _count;
    private int[]? _index;
    private volatile int[]? _order;
    private int _hash;

    internal SetValue(int capacity)
        : base(ValueKind.Set) => _items = capacity == 0 ? [] : new Value[capacity];

    /// <summary>The set without elements.</summary>
    public static SetValue Empty { get; } = new(0);

    /// <summary>The result that this part is being built for; only its builder may add to it.</summary>
    internal object? Owner { get; set; }

    /// <inheritdoc/>
    public int Count => _count;

    /// <summary>A set of these elements; equal ones count once.</summary>
    public static SetValue Of(params ReadOnlySpan<Value> items)
    {
        var set = new SetValue(items.Length);
        foreach (ref readonly var item in items)
        {
            set.Add(item);
        }

        return set;
    }

    /// <summary>Whether the element is there.</summary>
    public bool Contains(in Value item) => HashIndex.Find(_items, _count, _index, item) >= 0;

    /// <summary>The element at a position of Rego's order.</summary>
    public Value InOrder(int position)
    {
        var order = Ordered();
        return _items[order.Length == 0 ? position : order[position]];
    }

    /// <inheritdoc/>
    public IEnumerator<Value> GetEnumerator()
    {
        for (var i = 0; i < _count; i++)
        {
            yield return InOrder(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The elements in the order they came, for who does not care about order.</summary>
    internal Value[] Items => _items;

    /// <summary>The elements in the order they came, without the room behind them.</summary>
    internal ReadOnlySpan<Value> Raw => new(_items, 0, _count);

    /// <summary>Adds an element while the set is being built. False when it was there.</summary>
    internal bool Add(in Value item)
    {
        if (HashIndex.Find(_items, _count, _index, item) >= 0)
        {
            return false;
        }

        if (_count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(4, _count * 2));
        }

        _items[_count++] = item;
        _hash = 0;
        _order = null;
        if (_index is not null && _count * 3 <= _index.Length * 2)
        {
            HashIndex.Insert(_index, item, _count - 1);
        }
        else if (_count > HashIndex.Scanned)
        {
            _index = HashIndex.Build(_items, _count);
        }

        return true;
    }

    internal bool EqualTo(SetValue other)
    {
        if (_count != other._count)
        {
            return false;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (ref readonly var item in Raw)
        {
            if (!other.Contains(item))
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
            var hash = 59;
            foreach (ref readonly var item in Raw)
            {
                hash = unchecked(hash + (Order.Hash(item) * 92821));
            }

            _hash = hash == 0 ? 1 : hash;
        }

        return _hash;
    }

    internal int[] Ordered() => _order ??= HashIndex.Sort(_items, _count) ?? [];
}
