namespace Crank.Rego.Values;

/// <summary>Collects the elements of an array.</summary>
public sealed class ArrayBuilder(int capacity = 4)
{
    private Value[] _items = capacity == 0 ? [] : new Value[capacity];
    private int _count;

    /// <summary>How many elements are there by now.</summary>
    public int Count => _count;

    /// <summary>Appends an element.</summary>
    public void Add(in Value item)
    {
        if (_count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(4, _count * 2));
        }

        _items[_count++] = item;
    }

    /// <summary>The array; the builder must not be used afterwards.</summary>
    public ArrayValue ToArray() => _count == 0 ? ArrayValue.Empty : new(_items, _count);
}
