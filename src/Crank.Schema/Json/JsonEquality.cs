using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Crank.Schema.Json;

/// <summary>
/// Equality of JSON values (JSON Schema Core 2020-12, section 4.2.2): numbers by value, strings by code point, objects without order.
/// An object that repeats a name equals only an object that repeats it as often with the same values.
/// </summary>
internal sealed class JsonEquality(long maxSteps, int maxDepth) : IEqualityComparer<JsonElement>
{
    private long _left = maxSteps;
    private int _depth;

    public bool Equals(JsonElement x, JsonElement y)
    {
        Enter();
        var equal = SameValue(x, y);
        _depth--;
        return equal;
    }

    public int GetHashCode(JsonElement obj)
    {
        Enter();
        var hash = Hash(obj);
        _depth--;
        return hash;
    }

    private bool SameValue(JsonElement x, JsonElement y)
    {
        if (x.ValueKind != y.ValueKind)
        {
            return false;
        }

        return x.ValueKind switch
        {
            JsonValueKind.Number => JsonNumber.Parse(JsonMarshal.GetRawUtf8Value(x)).Equals(JsonNumber.Parse(JsonMarshal.GetRawUtf8Value(y))),
            JsonValueKind.String => TextEquals(JsonText.Raw(x), JsonText.Raw(y)),
            JsonValueKind.Array => ArrayEquals(x, y),
            JsonValueKind.Object => ObjectEquals(x, y),
            _ => true,
        };
    }

    private int Hash(JsonElement obj)
    {
        switch (obj.ValueKind)
        {
            case JsonValueKind.Number:
                return JsonNumber.Parse(JsonMarshal.GetRawUtf8Value(obj)).GetHashCode();
            case JsonValueKind.String:
                return string.GetHashCode(JsonText.Read(obj), StringComparison.Ordinal);
            case JsonValueKind.Array:
                var hash = new HashCode();
                foreach (var item in obj.EnumerateArray())
                {
                    hash.Add(GetHashCode(item));
                }

                return hash.ToHashCode();
            case JsonValueKind.Object:
                var sum = 0;
                foreach (var member in obj.EnumerateObject())
                {
                    sum = unchecked(sum + HashCode.Combine(JsonText.ReadName(member), GetHashCode(member.Value)));
                }

                return sum;
            default:
                return (int)obj.ValueKind;
        }
    }

    private static bool TextEquals(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) =>
        x.SequenceEqual(y) || ((x.IndexOf((byte)'\\') >= 0 || y.IndexOf((byte)'\\') >= 0) && JsonText.Read(x) == JsonText.Read(y));

    private bool ArrayEquals(JsonElement x, JsonElement y)
    {
        if (x.GetArrayLength() != y.GetArrayLength())
        {
            return false;
        }

        using var others = y.EnumerateArray();
        foreach (var item in x.EnumerateArray())
        {
            others.MoveNext();
            if (!Equals(item, others.Current))
            {
                return false;
            }
        }

        return true;
    }

    private bool ObjectEquals(JsonElement x, JsonElement y)
    {
        var count = x.GetPropertyCount();
        if (count != y.GetPropertyCount())
        {
            return false;
        }

        var members = new Dictionary<string, List<JsonElement>>(count, StringComparer.Ordinal);
        foreach (var member in x.EnumerateObject())
        {
            var name = JsonText.ReadName(member);
            if (!members.TryGetValue(name, out var values))
            {
                members.Add(name, values = new(1));
            }

            values.Add(member.Value);
        }

        foreach (var member in y.EnumerateObject())
        {
            if (!members.TryGetValue(JsonText.ReadName(member), out var values) || values.FindIndex(v => Equals(v, member.Value)) is not (>= 0 and var found))
            {
                return false;
            }

            values.RemoveAt(found);
        }

        return true;
    }

    private void Enter()
    {
        if (--_left < 0)
        {
            throw new SchemaLimitException("comparing the values takes more steps than allowed");
        }

        if (++_depth > maxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new SchemaLimitException("the value is nested too deep");
        }
    }
}
