using System.Runtime.CompilerServices;

namespace Crank.Rego.Values;

/// <summary>
/// A Rego value: null, boolean, number, string, array, object or set, or undefined. Sixteen bytes and immutable; booleans and
/// integers of 64 bits need no memory of their own. The default is undefined.
/// </summary>
public readonly struct Value : IEquatable<Value>, IComparable<Value>
{
    internal readonly object? Reference;
    internal readonly long Bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Value(object? reference, long bits)
    {
        Reference = reference;
        Bits = bits;
    }

    /// <summary>No value.</summary>
    public static Value Undefined => default;

    /// <summary>JSON null.</summary>
    public static Value Null => new(ValueTag.Null, 0);

    /// <summary>True.</summary>
    public static Value True => new(ValueTag.True, 1);

    /// <summary>False.</summary>
    public static Value False => new(ValueTag.False, 0);

    /// <summary>The kind of this value.</summary>
    public ValueKind Kind => Reference switch
    {
        null => ValueKind.Undefined,
        string => ValueKind.String,
        _ => Unsafe.As<HeapValue>(Reference).Kind,
    };

    /// <summary>Whether there is a value.</summary>
    public bool IsDefined => Reference is not null;

    /// <summary>Whether there is no value.</summary>
    public bool IsUndefined => Reference is null;

    /// <summary>Whether this is the boolean false.</summary>
    public bool IsFalse => ReferenceEquals(Reference, ValueTag.False);

    /// <summary>Whether this is the boolean true.</summary>
    public bool IsTrue => ReferenceEquals(Reference, ValueTag.True);

    /// <summary>Whether an expression with this value holds: it is defined and not false.</summary>
    public bool Holds => Reference is not null && !ReferenceEquals(Reference, ValueTag.False);

    /// <summary>Whether this is a number whose integer value is held in place.</summary>
    internal bool IsInteger => ReferenceEquals(Reference, ValueTag.Integer);

    /// <summary>A boolean.</summary>
    public static Value Of(bool value) => value ? True : False;

    /// <summary>An integer.</summary>
    public static Value Of(long value) => new(ValueTag.Integer, value);

    /// <summary>A string.</summary>
    public static Value Of(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value, 0);
    }

    /// <summary>An array, object, set or big number.</summary>
    public static Value Of(HeapValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value, 0);
    }

    /// <summary>A number from its literal as in JSON, which is kept: <c>3.0</c> stays <c>3.0</c>.</summary>
    /// <exception cref="FormatException">The text is no JSON number, or its exponent has more than six digits.</exception>
    public static Value Number(ReadOnlySpan<char> literal) => BigNumber.Parse(literal);

    /// <summary>The string.</summary>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public string AsString() => (string)Reference!;

    /// <summary>The array.</summary>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public ArrayValue AsArray() => (ArrayValue)Reference!;

    /// <summary>The object.</summary>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public ObjectValue AsObject() => (ObjectValue)Reference!;

    /// <summary>The set.</summary>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public SetValue AsSet() => (SetValue)Reference!;

    /// <summary>The string, when this is one.</summary>
    public bool TryGetString(out string value)
    {
        value = (Reference as string)!;
        return value is not null;
    }

    /// <summary>The number, when it is an integer of 64 bits, however it is written (<c>3.0</c> is 3).</summary>
    public bool TryGetInt64(out long value)
    {
        if (IsInteger)
        {
            value = Bits;
            return true;
        }

        value = 0;
        return Reference is BigNumber big && big.TryGetInt64(out value);
    }

    /// <summary>Whatever the evaluator keeps in a local; never part of another value.</summary>
    internal static Value Hidden(object value) => new(value, 0);

    /// <summary>The member of an array (by index), object (by key) or set (the element itself); undefined where there is none.</summary>
    public Value Get(in Value key) => Reference switch
    {
        ObjectValue o => o.Get(key),
        ArrayValue a => a.Get(key),
        SetValue s => s.Contains(key) ? key : default,
        _ => default,
    };

    /// <summary>The nearest double of a number.</summary>
    /// <exception cref="InvalidCastException">The value is no number.</exception>
    public double ToDouble() => IsInteger ? Bits : ((BigNumber)Reference!).ToDouble();

    /// <summary>The literal of a number.</summary>
    /// <exception cref="InvalidCastException">The value is no number.</exception>
    public string NumberText() => IsInteger ? Bits.ToString() : ((BigNumber)Reference!).Text;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(Value other)
    {
        if (ReferenceEquals(Reference, other.Reference))
        {
            return Bits == other.Bits;
        }

        return Reference is string mine && other.Reference is string theirs ? string.Equals(mine, theirs) : Order.EqualAcross(this, other);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Order.Hash(this);

    /// <summary>Rego's total order; see <see cref="Order"/>.</summary>
    public int CompareTo(Value other) => Order.Compare(this, other);

    /// <summary>The value as Rego text: <c>{"a": [1, true]}</c>, sets as <c>{1, 2}</c>, the empty set as <c>set()</c>.</summary>
    public override string ToString() => RegoText.Write(this);

    /// <summary>Equality by value: numbers by amount, objects and sets whatever their order.</summary>
    public static bool operator ==(Value left, Value right) => left.Equals(right);

    /// <summary>The opposite of equality.</summary>
    public static bool operator !=(Value left, Value right) => !left.Equals(right);

    /// <summary>A boolean.</summary>
    public static implicit operator Value(bool value) => Of(value);

    /// <summary>An integer.</summary>
    public static implicit operator Value(long value) => Of(value);

    /// <summary>A string.</summary>
    public static implicit operator Value(string value) => Of(value);

    /// <summary>An array, object, set or big number.</summary>
    public static implicit operator Value(HeapValue value) => Of(value);
}
