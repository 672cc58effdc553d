using System.Runtime.CompilerServices;
using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>Visits the elements of a collection; of anything else, none.</summary>
internal struct Cursor
{
    private readonly Value[]? _keys;
    private readonly Value[] _values;
    private readonly int[] _order;
    private readonly int _count;
    private int _turn;
    private int _at;

    /// <param name="collection">What to visit.</param>
    /// <param name="ordered">Whether in Rego's order; else as they stand.</param>
    public Cursor(in Value collection, bool ordered)
    {
        _values = [];
        _order = [];
        _turn = -1;
        switch (collection.Reference)
        {
            case ArrayValue array:
                _values = array.Items;
                _count = array.Count;
                break;
            case ObjectValue members:
                _keys = members.KeyArray;
                _values = members.ValueArray;
                _count = members.Count;
                _order = ordered ? members.Ordered() : [];
                break;
            case SetValue set:
                _keys = _values = set.Items;
                _count = set.Count;
                _order = ordered ? set.Ordered() : [];
                break;
        }
    }

    public static bool Can(in Value value) => value.Reference is ArrayValue or ObjectValue or SetValue;

    public readonly Value Key
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _keys is null ? Value.Of(_at) : _keys[_at];
    }

    public readonly Value Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _values[_at];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next()
    {
        if (++_turn >= _count)
        {
            return false;
        }

        _at = _order.Length == 0 ? _turn : _order[_turn];
        return true;
    }
}
