using System.Runtime.CompilerServices;
using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>What compiled rules call for things that are longer than a line.</summary>
internal static class Operations
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same(in Value left, in Value right) => left.Equals(right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool SameText(in Value left, string right) =>
        ReferenceEquals(left.Reference, right) || (left.Reference is string text && text.Length == right.Length && string.Equals(text, right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool SameInteger(in Value left, long right) => left.IsInteger ? left.Bits == right : left.Equals(Value.Of(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Compare(in Value left, in Value right) =>
        left.IsInteger && right.IsInteger ? left.Bits.CompareTo(right.Bits) : Order.Compare(left, right);

    public static bool IsFalse(in Value value) => value.IsFalse;

    public static bool IsArray(in Value value, int length) => value.Reference is ArrayValue array && array.Count == length;

    public static bool IsObject(in Value value, int count) => value.Reference is ObjectValue members && members.Count == count;

    public static Value Get(in Value whole, in Value key) => whole.Get(key);

    public static Value Array(Value[] items) => new ArrayValue(items, items.Length);

    public static Value Set(Value[] items) => SetValue.Of(items);

    public static Value Object(Value[] pairs)
    {
        var made = new ObjectValue(pairs.Length / 2);
        for (var i = 0; i < pairs.Length; i += 2)
        {
            PutIn.Put(made, pairs[i], pairs[i + 1]);
        }

        return made;
    }

    public static void PutAt(ObjectValue root, Value[] path, in Value value, bool intoSet) => DynamicDocument.Put(root, path, value, intoSet);

    public static Value Boolean(bool value) => Value.Of(value);

    public static Value Wrap(HeapValue value) => Value.Of(value);

    public static Value Finish(ArrayBuilder items) => items.ToArray();

    public static bool Member(in Value value, in Value all) => Run.Member.Contains(value, all);

    public static bool MemberAt(in Value key, in Value value, in Value all) => all.Get(key) is { IsDefined: true } there && there.Equals(value);

    public static void Disagree(bool function, Syntax.Location at) => throw RuleGroup.Disagree(function, at);
}
