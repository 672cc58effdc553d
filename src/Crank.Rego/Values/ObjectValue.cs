using System.Collections;
using System.Runtime.CompilerServices;

namespace Crank.Rego.Values;

/// <summary>An immutable object. Keys may be any value; JSON objects have string keys. Entries are visited in Rego's order of keys.</summary>
public sealed class ObjectValue : HeapValue, IReadOnlyCollection<KeyValuePair<Value, Value>>
{
    private Value[] _keys;
    private Value[] _values;
    private int _count;
    private int[]? _index;
    private volatile int[]? _order;
    private int _hash;

    internal ObjectValue(int capacity)
        : base(ValueKind.Object)
    {
        _keys = capacity == 0 ? [] : new Value[capacity];
        _values = capacity == 0 ? [] : new Value[capacity];
    }

    internal ObjectValue(Value[] keys, Value[] values)
        : base(ValueKind.Object)
    {
        _keys = keys;
        _values = values;
        _count = keys.Length;
    }

    /// <summary>An object of these members; of equal keys the last one counts. The arrays become its own.</summary>
    internal static ObjectValue OfMembers(Value[] keys, Value[] values)
    {
        var distinct = true;
        if (keys.Length <= HashIndex.Scanned)
        {
            for (var i = 1; i < keys.Length && distinct; i++)
            {
                distinct = HashIndex.Find(keys, i, null, keys[i]) < 0;
            }
        }

        if (keys.Length <= HashIndex.Scanned && distinct)
        {
            return new(keys, values);
        }

        var made = new ObjectValue(keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            made.Put(keys[i], values[i]);
        }

        return made;
    }

    /// <summary>The object without members.</summary>
    public static ObjectValue Empty { get; } = new(0);

    /// <summary>The result that this part is being built for; only its builder may add to it.</summary>
    internal object? Owner { get; set; }

    /// <inheritdoc/>
    public int Count => _count;

    /// <summary>The value of a key; undefined when it is not there.</summary>
    public Value Get(in Value key)
    {
        var found = HashIndex.Find(_keys, _count, _index, key);
        return found < 0 ? default : _values[found];
    }

    /// <summary>As <see cref="Get(in Value)"/> for a key whose text is shared, trying first where it was found in the last object: objects of one kind have it at the same place.</summary>
    internal Value Get(in Value key, ref int hint)
    {
        var keys = _keys;
        var guess = hint;
        if ((uint)guess < (uint)keys.Length && ReferenceEquals(keys[guess].Reference, key.Reference) && keys[guess].Bits == key.Bits && guess < _count)
        {
            return _values[guess];
        }

        var found = HashIndex.Find(keys, _count, _index, key);
        if (found < 0)
        {
            return default;
        }

        hint = found;
        return _values[found];
    }

    /// <summary>Whether the key is there.</summary>
    public bool ContainsKey(in Value key) => HashIndex.Find(_keys, _count, _index, key) >= 0;

    /// <summary>The entry at a position of Rego's order of keys.</summary>
    public (Value Key, Value Value) InOrder(int position)
    {
        var order = Ordered();
        var at = order.Length == 0 ? position : order[position];
        return (_keys[at], _values[at]);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Value, Value>> GetEnumerator()
    {
        for (var i = 0; i < _count; i++)
        {
            var (key, value) = InOrder(i);
            yield return new(key, value);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The keys in the order they came, and perhaps room behind them.</summary>
    internal Value[] KeyArray => _keys;

    /// <summary>The values in the order they came, and perhaps room behind them.</summary>
    internal Value[] ValueArray => _values;

    /// <summary>The keys in the order they came, for who does not care about order.</summary>
    internal ReadOnlySpan<Value> RawKeys => new(_keys, 0, _count);

    /// <summary>The values in the order they came.</summary>
    internal ReadOnlySpan<Value> RawValues => new(_values, 0, _count);

    internal int Find(in Value key) => HashIndex.Find(_keys, _count, _index, key);

    /// <summary>Sets a member while the object is being built. False when the key was there: its value is then replaced.</summary>
    internal bool Put(in Value key, in Value value)
    {
        var found = HashIndex.Find(_keys, _count, _index, key);
        if (found >= 0)
        {
            _values[found] = value;
            _hash = 0;
            return false;
        }

        Append(key, value);
        return true;
    }

    /// <summary>Adds a member whose key is known to be new, while the object is being built.</summary>
    internal void Append(in Value key, in Value value)
    {
        if (_count == _keys.Length)
        {
            var room = Math.Max(4, _count * 2);
            Array.Resize(ref _keys, room);
            Array.Resize(ref _values, room);
        }

        _keys[_count] = key;
        _values[_count] = value;
        _count++;
        _hash = 0;
        _order = null;
        if (_index is not null && _count * 3 <= _index.Length * 2)
        {
            HashIndex.Insert(_index, key, _count - 1);
        }
        else if (_count > HashIndex.Scanned)
        {
            _index = HashIndex.Build(_keys, _count);
        }
    }

    internal bool EqualTo(ObjectValue other)
    {
        if (_count != other._count)
        {
            return false;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        for (var i = 0; i < _count; i++)
        {
            var found = other.Find(_keys[i]);
            if (found < 0 || !_values[i].Equals(other._values[found]))
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
            var hash = 41;
            for (var i = 0; i < _count; i++)
            {
                hash = unchecked(hash + ((Order.Hash(_keys[i]) * 397) ^ Order.Hash(_values[i])));
            }

            _hash = hash == 0 ? 1 : hash;
        }

        return _hash;
    }

    // Computed when first asked for, and again by whoever comes at the same moment: the result is the same. Empty means as they stand.
    internal int[] Ordered() => _order ??= HashIndex.Sort(_keys, _count) ?? [];
}
