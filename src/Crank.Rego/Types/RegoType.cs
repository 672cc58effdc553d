using System.Collections.Immutable;
using System.Text;

namespace Crank.Rego.Types;

/// <summary>
/// What is known about a value before it is computed. Immutable and compared by structure. <see cref="Any"/> without members is
/// anything; with members it is a union.
/// </summary>
public abstract class RegoType : IEquatable<RegoType>
{
    /// <summary>Types with more parts than this are taken for any array, set, object or anything, so that no type grows without bound.</summary>
    internal const int MaxSize = 4096;

    private RegoType(int size) => Size = size;

    /// <summary>How many parts it has; never more than a little above <see cref="MaxSize"/>.</summary>
    internal int Size { get; }

    /// <summary>A part of a type that is not known yet.</summary>
    internal static RegoType Unknown { get; } = new Scalar("???", -1);

    /// <summary>Anything at all.</summary>
    public static RegoType Anything { get; } = new Any([]);

    /// <summary><c>null</c></summary>
    public static RegoType Null { get; } = new Scalar("null", 0);

    /// <summary><c>true</c> or <c>false</c></summary>
    public static RegoType Boolean { get; } = new Scalar("boolean", 1);

    /// <summary>A number.</summary>
    public static RegoType Number { get; } = new Scalar("number", 2);

    /// <summary>A string.</summary>
    public static RegoType String { get; } = new Scalar("string", 3);

    /// <summary>A set of anything.</summary>
    public static RegoType AnySet { get; } = new Set(Anything);

    /// <summary>An array of anything.</summary>
    public static RegoType AnyArray { get; } = new Array([], Anything);

    /// <summary>An object with any keys and values.</summary>
    public static RegoType AnyObject { get; } = new Object([], Anything, Anything);

    /// <summary>A union; nested unions are flattened, repeated members dropped, and a member that is anything swallows the rest.</summary>
    public static RegoType Union(params ReadOnlySpan<RegoType> members)
    {
        RegoType? union = null;
        foreach (var member in members)
            union = TypeRules.Or(union, member);
        return union ?? Anything;
    }

    /// <summary>An array whose items all have one type.</summary>
    public static RegoType ArrayOf(RegoType item) => new Array([], item);

    /// <summary>A set of one type.</summary>
    public static RegoType SetOf(RegoType item) => new Set(item);

    /// <summary>An object with any number of members of one key type and one value type.</summary>
    public static RegoType ObjectOf(RegoType key, RegoType value) => new Object([], key, value);

    /// <summary>The type of a function.</summary>
    public static Function FunctionOf(RegoType? result, params ReadOnlySpan<RegoType> arguments) => new([.. arguments], null, result);

    /// <inheritdoc/>
    public bool Equals(RegoType? other) => ReferenceEquals(this, other) || (other is not null && TypeRules.Compare(this, other) == 0);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as RegoType);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The type in the notation of OPA's type errors, e.g. <c>object&lt;a: number&gt;[string: any]</c>.</summary>
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    private protected abstract void Write(StringBuilder text);

    private static int SizeOf(ImmutableArray<RegoType> parts)
    {
        var size = 1;
        foreach (var part in parts)
            size = Math.Min(size + part.Size, 2 * MaxSize);
        return size;
    }

    private protected static void List(StringBuilder text, ImmutableArray<RegoType> types)
    {
        for (var i = 0; i < types.Length; i++)
        {
            if (i > 0)
                text.Append(", ");
            types[i].Write(text);
        }
    }

    /// <summary>Null, boolean, number or string.</summary>
    public sealed class Scalar : RegoType
    {
        internal Scalar(string name, int order)
            : base(1)
        {
            Name = name;
            Order = order;
        }

        /// <summary>The kind's name.</summary>
        public string Name { get; }

        internal int Order { get; }

        private protected override void Write(StringBuilder text) => text.Append(Name);
    }

    /// <summary>Anything, or one of several.</summary>
    public sealed class Any : RegoType
    {
        internal Any(ImmutableArray<RegoType> members)
            : base(SizeOf(members)) => Members = members;

        /// <summary>The possibilities, sorted; empty for anything.</summary>
        public ImmutableArray<RegoType> Members { get; }

        private protected override void Write(StringBuilder text)
        {
            text.Append("any");
            if (Members.Length == 0)
                return;
            text.Append('<');
            List(text, Members);
            text.Append('>');
        }
    }

    /// <summary>An array: known items first, then any number of <see cref="Rest"/>.</summary>
    public sealed class Array(ImmutableArray<RegoType> items, RegoType? rest) : RegoType(SizeOf(items) + (rest?.Size ?? 0))
    {
        /// <summary>Types of the items that are surely there.</summary>
        public ImmutableArray<RegoType> Items { get; } = items;

        /// <summary>Type of further items; null when there are none.</summary>
        public RegoType? Rest { get; } = rest;

        private protected override void Write(StringBuilder text)
        {
            text.Append("array");
            if (Items.Length > 0)
            {
                text.Append('<');
                List(text, Items);
                text.Append('>');
            }
            if (Rest is not null)
            {
                text.Append('[');
                Rest.Write(text);
                text.Append(']');
            }
        }
    }

    /// <summary>A set.</summary>
    public sealed class Set(RegoType? item) : RegoType(1 + (item?.Size ?? 0))
    {
        /// <summary>Type of its members; null for the empty set.</summary>
        public RegoType? Item { get; } = item;

        private protected override void Write(StringBuilder text)
        {
            text.Append("set[");
            Item?.Write(text);
            text.Append(']');
        }
    }

    /// <summary>An object: known members, then any number of further ones.</summary>
    public sealed class Object : RegoType
    {
        /// <param name="members">Members with constant keys.</param>
        /// <param name="key">Key type of further members; null when there are none.</param>
        /// <param name="value">Value type of further members; null when there are none.</param>
        public Object(ImmutableArray<KeyValuePair<ConstantKey, RegoType>> members, RegoType? key, RegoType? value)
            : base(SizeOf([.. members.Select(m => m.Value)]) + (key?.Size ?? 0) + (value?.Size ?? 0))
        {
            Members = members.Sort(static (a, b) => a.Key.CompareTo(b.Key));
            RestKey = key;
            RestValue = value;
        }

        /// <summary>Members that are surely there, sorted by key.</summary>
        public ImmutableArray<KeyValuePair<ConstantKey, RegoType>> Members { get; }

        /// <summary>Key type of further members; null when there are none.</summary>
        public RegoType? RestKey { get; }

        /// <summary>Value type of further members; null when there are none.</summary>
        public RegoType? RestValue { get; }

        private protected override void Write(StringBuilder text)
        {
            text.Append("object");
            if (Members.Length > 0)
            {
                text.Append('<');
                for (var i = 0; i < Members.Length; i++)
                {
                    if (i > 0)
                        text.Append(", ");
                    text.Append(Members[i].Key).Append(": ");
                    Members[i].Value.Write(text);
                }
                text.Append('>');
            }
            if (RestKey is not null && RestValue is not null)
            {
                text.Append('[');
                RestKey.Write(text);
                text.Append(": ");
                RestValue.Write(text);
                text.Append(']');
            }
        }
    }

    /// <summary>A function.</summary>
    public sealed class Function(ImmutableArray<RegoType> arguments, RegoType? rest, RegoType? result) : RegoType(SizeOf(arguments) + (result?.Size ?? 0))
    {
        /// <summary>Types of the arguments.</summary>
        public ImmutableArray<RegoType> Arguments { get; } = arguments;

        /// <summary>Type of any number of further arguments; null when there are none.</summary>
        public RegoType? Rest { get; } = rest;

        /// <summary>Type of the result; null for a function without one (<c>print</c>).</summary>
        public RegoType? Result { get; } = result;

        private protected override void Write(StringBuilder text)
        {
            text.Append('(');
            List(text, Arguments);
            if (Rest is not null)
            {
                if (Arguments.Length > 0)
                    text.Append(", ");
                Rest.Write(text);
                text.Append("...");
            }
            text.Append(") => ");
            if (Result is null)
                text.Append("???");
            else
                Result.Write(text);
        }
    }
}
