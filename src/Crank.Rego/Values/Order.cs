using System.Runtime.CompilerServices;

namespace Crank.Rego.Values;

/// <summary>
/// Rego's total order over values: by kind, then numbers by amount, strings by code point, arrays element by element, objects by
/// their sorted keys and then values, sets by their sorted elements.
/// </summary>
public static class Order
{
    /// <summary>Negative, zero or positive as <paramref name="left"/> is before, equal to or after <paramref name="right"/>.</summary>
    public static int Compare(in Value left, in Value right)
    {
        if (ReferenceEquals(left.Reference, right.Reference))
        {
            return left.Bits.CompareTo(right.Bits);
        }

        var kind = left.Kind;
        var other = right.Kind;
        if (kind != other)
        {
            return kind < other ? -1 : 1;
        }

        switch (kind)
        {
            case ValueKind.Boolean: return left.Bits.CompareTo(right.Bits);
            case ValueKind.Number: return BigNumber.Compare(left, right);
            case ValueKind.String: return CompareText(Unsafe.As<string>(left.Reference!), Unsafe.As<string>(right.Reference!));
            case ValueKind.Array: return CompareSequences(left.AsArray().Span, right.AsArray().Span);
            case ValueKind.Object: return CompareObjects(left.AsObject(), right.AsObject());
            case ValueKind.Set: return CompareSets(left.AsSet(), right.AsSet());
            default: return 0;
        }
    }

    /// <summary>Compares strings by code point, which is the order of their UTF-8 bytes.</summary>
    public static int CompareText(string left, string right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var shared = left.AsSpan().CommonPrefixLength(right);
        if (shared == left.Length || shared == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var a = left[shared];
        var b = right[shared];

        // Only surrogates are out of order: above everything else, though their code units are below U+E000.
        var high = char.IsSurrogate(a);
        return high == char.IsSurrogate(b) ? a.CompareTo(b) : high ? 1 : -1;
    }

    internal static bool EqualAcross(in Value left, in Value right)
    {
        if (left.Reference is not HeapValue a || right.Reference is not HeapValue b || a.Kind != b.Kind)
        {
            return false;
        }

        switch (a.Kind)
        {
            case ValueKind.Number: return BigNumber.AreEqual(left, right);
            case ValueKind.Array: return Unsafe.As<ArrayValue>(a).EqualTo(Unsafe.As<ArrayValue>(b));
            case ValueKind.Object: return Unsafe.As<ObjectValue>(a).EqualTo(Unsafe.As<ObjectValue>(b));
            case ValueKind.Set: return Unsafe.As<SetValue>(a).EqualTo(Unsafe.As<SetValue>(b));
            default: return false;
        }
    }

    internal static int Hash(in Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Undefined: return 0;
            case ValueKind.Null: return 1;
            case ValueKind.Boolean: return unchecked(2 + (int)value.Bits);
            case ValueKind.String: return StringComparer.Ordinal.GetHashCode(Unsafe.As<string>(value.Reference!));
            case ValueKind.Number: return value.IsInteger ? HashInteger(value.Bits) : Unsafe.As<BigNumber>(value.Reference!).Hash();
            case ValueKind.Array: return value.AsArray().Hash();
            case ValueKind.Object: return value.AsObject().Hash();
            default: return value.AsSet().Hash();
        }
    }

    internal static int HashInteger(long value) => unchecked((int)(((ulong)value * 0x9E3779B97F4A7C15UL) >> 32));

    private static int CompareSequences(ReadOnlySpan<Value> left, ReadOnlySpan<Value> right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var shared = Math.Min(left.Length, right.Length);
        for (var i = 0; i < shared; i++)
        {
            if (Compare(left[i], right[i]) is var c and not 0)
            {
                return c;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int CompareObjects(ObjectValue left, ObjectValue right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var shared = Math.Min(left.Count, right.Count);
        for (var i = 0; i < shared; i++)
        {
            var (leftKey, leftValue) = left.InOrder(i);
            var (rightKey, rightValue) = right.InOrder(i);
            if (Compare(leftKey, rightKey) is var byKey and not 0)
            {
                return byKey;
            }

            if (Compare(leftValue, rightValue) is var byValue and not 0)
            {
                return byValue;
            }
        }

        return left.Count.CompareTo(right.Count);
    }

    private static int CompareSets(SetValue left, SetValue right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var shared = Math.Min(left.Count, right.Count);
        for (var i = 0; i < shared; i++)
        {
            if (Compare(left.InOrder(i), right.InOrder(i)) is var c and not 0)
            {
                return c;
            }
        }

        return left.Count.CompareTo(right.Count);
    }
}
