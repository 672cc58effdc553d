using System.Collections.Immutable;
using System.Diagnostics;

namespace Crank.Rego.Types;

/// <summary>Order, union, membership and selection of types. Null stands for "no type known".</summary>
internal static class TypeRules
{
    public static int Compare(RegoType? a, RegoType? b)
    {
        if (ReferenceEquals(a, b))
            return 0;
        var order = Order(a).CompareTo(Order(b));
        return order != 0 ? order : (a, b) switch
        {
            (RegoType.Array x, RegoType.Array y) => First(Compare(x.Rest, y.Rest), x, y, static (x, y) => Compare(x.Items, y.Items)),
            (RegoType.Object x, RegoType.Object y) => Compare(x, y),
            (RegoType.Set x, RegoType.Set y) => Compare(x.Item, y.Item),
            (RegoType.Any x, RegoType.Any y) => Compare(x.Members, y.Members),
            (RegoType.Function x, RegoType.Function y) => Compare(x, y),
            _ => 0,
        };
    }

    /// <summary>The union of two types; null when they cannot be united (a function and a value, or functions of different arity).</summary>
    public static RegoType? Or(RegoType? a, RegoType? b)
    {
        if (a is null || b is null)
            return a ?? b;
        if (a is RegoType.Function f && b is RegoType.Function g)
            return Unite(f, g);
        if (a is RegoType.Function || b is RegoType.Function)
            return null;
        if (a is RegoType.Any anyA)
            return b is RegoType.Any anyB ? Unite(anyA, anyB) : Add(anyA, b);
        if (b is RegoType.Any any)
            return Add(any, a);
        var order = Compare(a, b);
        if (order == 0)
            return a;
        return new RegoType.Any(order < 0 ? [a, b] : [b, a]);
    }

    /// <summary>Is <paramref name="member"/> one of the possibilities of the union? Anything holds all but functions.</summary>
    public static bool Contains(RegoType.Any any, RegoType? member)
    {
        if (member is RegoType.Function)
            return false;
        return any.Members.Length == 0 || any.Members.Any(m => Compare(m, member) == 0);
    }

    /// <summary>Is <paramref name="a"/> a superset of, or the same as, <paramref name="b"/>?</summary>
    public static bool Contains(RegoType? a, RegoType? b) => a is RegoType.Any any ? Contains(any, b) : Compare(a, b) == 0;

    public static bool IsAnything(RegoType? type) => type is RegoType.Any { Members.Length: 0 };

    /// <summary>The type of the member with a constant key; null when there can be none.</summary>
    public static RegoType? Select(RegoType? type, ConstantKey key)
    {
        switch (type)
        {
            case RegoType.Array array:
                var index = key.AsIndex();
                return index < 0 ? null : index < array.Items.Length ? Known(array.Items[index]) : array.Rest;
            case RegoType.Object obj:
                foreach (var (name, value) in obj.Members)
                {
                    if (name.CompareTo(key) == 0)
                        return Known(value);
                }
                return obj.RestKey is not null && Contains(obj.RestKey, key.Type) ? obj.RestValue : null;
            case RegoType.Set set:
                if (Compare(set.Item, key.Type) == 0)
                    return set.Item;
                return set.Item is RegoType.Any item && Contains(item, key.Type) ? key.Type : null;
            case RegoType.Any any:
                if (any.Members.Length == 0)
                    return RegoType.Anything;
                RegoType? union = null;
                foreach (var member in any.Members)
                    union = Or(Select(member, key), union);
                return union;
            default:
                return null;
        }
    }

    /// <summary>The type of the keys that can be enumerated; null when it has none.</summary>
    public static RegoType? Keys(RegoType? type)
    {
        RegoType? union = null;
        switch (type)
        {
            case RegoType.Array:
                return RegoType.Number;
            case RegoType.Object obj:
                foreach (var (key, _) in obj.Members)
                    union = Or(union, key.Type);
                return Or(union, obj.RestKey);
            case RegoType.Set set:
                return set.Item;
            case RegoType.Any { Members.Length: 0 }:
                return RegoType.Anything;
            case RegoType.Any any:
                foreach (var member in any.Members)
                    union = Or(Keys(member), union);
                return union;
            default:
                return null;
        }
    }

    /// <summary>The type of the values that can be enumerated; null when it has none.</summary>
    public static RegoType? Values(RegoType? type)
    {
        RegoType? union = null;
        switch (type)
        {
            case RegoType.Array array:
                foreach (var item in array.Items)
                    union = Or(union, Known(item));
                return Or(union, array.Rest);
            case RegoType.Object obj:
                foreach (var (_, value) in obj.Members)
                    union = Or(union, Known(value));
                return Or(union, obj.RestValue);
            case RegoType.Set set:
                return set.Item;
            case RegoType.Any { Members.Length: 0 }:
                return RegoType.Anything;
            case RegoType.Any any:
                foreach (var member in any.Members)
                    union = Or(Values(member), union);
                return union;
            default:
                return null;
        }
    }

    /// <summary>Is any part of the type unknown?</summary>
    public static bool IsNil(RegoType? type) => type switch
    {
        null => true,
        RegoType.Scalar => ReferenceEquals(type, RegoType.Unknown),
        RegoType.Function f => f.Arguments.Any(IsNil) || IsNil(f.Result),
        RegoType.Array a => a.Items.Any(IsNil) || (a.Rest is not null && IsNil(a.Rest)),
        RegoType.Object o => o.Members.Any(m => IsNil(m.Value)) || (o.RestKey is not null && (IsNil(o.RestKey) || IsNil(o.RestValue))),
        RegoType.Set s => IsNil(s.Item),
        _ => false,
    };

    /// <summary>Two objects as one that may have the members of either.</summary>
    public static RegoType.Object Merge(RegoType.Object a, RegoType? other)
    {
        if (other is RegoType.Object b)
            return Merge(a, b);
        var key = Or(Keys(other), a.RestKey);
        var value = Or(Values(other), a.RestValue);
        return a.RestKey is not null || (key is not null && value is not null) ? new RegoType.Object(a.Members, key, value) : a;
    }

    private static RegoType.Object Merge(RegoType.Object a, RegoType.Object b)
    {
        var (key, value) = (a.RestKey ?? b.RestKey, a.RestValue ?? b.RestValue);
        if (a.RestKey is not null && b.RestKey is not null)
        {
            key = Or(a.RestKey, b.RestKey);
            value = a.RestValue is RegoType.Object x && b.RestValue is RegoType.Object y ? Merge(x, y) : Or(a.RestValue, b.RestValue);
        }
        var members = a.Members.ToDictionary(m => m.Key, m => m.Value);
        foreach (var (name, type) in b.Members)
        {
            members[name] = !members.TryGetValue(name, out var mine) ? type
                : mine is RegoType.Object x && type is RegoType.Object y ? Merge(x, y)
                : Or(mine, type) ?? RegoType.Anything;
        }
        return new RegoType.Object([.. members], key, value);
    }

    /// <summary>The type, or a less exact one when it has grown too large to reason about.</summary>
    public static RegoType Bounded(RegoType type) => type.Size <= RegoType.MaxSize ? type : type switch
    {
        RegoType.Array => RegoType.AnyArray,
        RegoType.Object => RegoType.AnyObject,
        RegoType.Set => RegoType.AnySet,
        _ => RegoType.Anything,
    };

    /// <summary>Null for a part that is not known.</summary>
    public static RegoType? Known(RegoType? type) => ReferenceEquals(type, RegoType.Unknown) ? null : type;

    private static RegoType.Any Add(RegoType.Any any, RegoType type)
    {
        if (Contains(any, type))
            return any;
        if (any.Size + type.Size > RegoType.MaxSize)
            return (RegoType.Any)RegoType.Anything;
        var at = 0;
        while (at < any.Members.Length && Compare(any.Members[at], type) < 0)
            at++;
        return new RegoType.Any(any.Members.Insert(at, type));
    }

    private static RegoType.Any Unite(RegoType.Any a, RegoType.Any b)
    {
        if (a.Members.Length == 0 || b.Members.Length == 0)
            return a.Members.Length == 0 ? a : b;
        foreach (var member in b.Members)
            a = Add(a, member);
        return a;
    }

    private static RegoType.Function? Unite(RegoType.Function a, RegoType.Function b)
    {
        if (a.Arguments.Length != b.Arguments.Length || a.Rest is null != b.Rest is null)
            return null;
        var arguments = ImmutableArray.CreateBuilder<RegoType>(a.Arguments.Length);
        for (var i = 0; i < a.Arguments.Length; i++)
            arguments.Add(Or(a.Arguments[i], b.Arguments[i]) ?? RegoType.Anything);
        return new RegoType.Function(arguments.MoveToImmutable(), Or(a.Rest, b.Rest), Or(a.Result, b.Result));
    }

    private static int Compare(RegoType.Object a, RegoType.Object b)
    {
        var order = Compare(a.RestKey, b.RestKey);
        if (order == 0)
            order = Compare(a.RestValue, b.RestValue);
        for (var i = 0; order == 0 && i < Math.Min(a.Members.Length, b.Members.Length); i++)
        {
            order = a.Members[i].Key.CompareTo(b.Members[i].Key);
            if (order == 0)
                order = Compare(a.Members[i].Value, b.Members[i].Value);
        }
        return order != 0 ? order : a.Members.Length.CompareTo(b.Members.Length);
    }

    private static int Compare(RegoType.Function a, RegoType.Function b)
    {
        var order = a.Arguments.Length.CompareTo(b.Arguments.Length);
        if (order == 0)
            order = Compare(a.Arguments, b.Arguments);
        if (order == 0)
            order = Compare(a.Result, b.Result);
        return order != 0 ? order : Compare(a.Rest, b.Rest);
    }

    private static int Compare(ImmutableArray<RegoType> a, ImmutableArray<RegoType> b)
    {
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var order = Compare(a[i], b[i]);
            if (order != 0)
                return order;
        }
        return a.Length.CompareTo(b.Length);
    }

    private static int First<T>(int order, T a, T b, Func<T, T, int> otherwise) => order != 0 ? order : otherwise(a, b);

    private static int Order(RegoType? type) => type switch
    {
        null => -1,
        RegoType.Scalar scalar => scalar.Order,
        RegoType.Array => 4,
        RegoType.Object => 5,
        RegoType.Set => 6,
        RegoType.Any => 7,
        RegoType.Function => 8,
        _ => throw new UnreachableException(type.ToString()),
    };
}
