using System.Numerics;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Reads a builtin's arguments and says in OPA's words what is wrong with them. Positions in messages count from 1.</summary>
internal static class Operand
{
    public static string Text(ReadOnlySpan<Value> arguments, int index) =>
        arguments[index].TryGetString(out var text) ? text : throw WrongType(index, arguments[index], "string");

    public static ObjectValue Object(ReadOnlySpan<Value> arguments, int index) =>
        arguments[index].Kind == ValueKind.Object ? arguments[index].AsObject() : throw WrongType(index, arguments[index], "object");

    public static ArrayValue Array(ReadOnlySpan<Value> arguments, int index) =>
        arguments[index].Kind == ValueKind.Array ? arguments[index].AsArray() : throw WrongType(index, arguments[index], "array");

    public static SetValue Set(ReadOnlySpan<Value> arguments, int index) =>
        arguments[index].Kind == ValueKind.Set ? arguments[index].AsSet() : throw WrongType(index, arguments[index], "set");

    public static Value Number(ReadOnlySpan<Value> arguments, int index) =>
        arguments[index].Kind == ValueKind.Number ? arguments[index] : throw WrongType(index, arguments[index], "number");

    /// <summary>An integer of 64 bits.</summary>
    public static long Integer(ReadOnlySpan<Value> arguments, int index) =>
        Number(arguments, index).TryGetInt64(out var whole) ? whole : throw NotInteger(index);

    /// <summary>An integer of any size.</summary>
    public static BigInteger BigInteger(ReadOnlySpan<Value> arguments, int index)
    {
        if (arguments[index].Kind != ValueKind.Number)
        {
            throw WrongType(index, arguments[index], "integer");
        }

        return Arithmetic.TryGetInteger(arguments[index], out var whole) ? whole : throw NotInteger(index);
    }

    /// <summary>The elements of an array in order, or of a set in Rego's order; null for anything else.</summary>
    public static IReadOnlyCollection<Value>? Elements(in Value value) => value.Kind switch
    {
        ValueKind.Array => value.AsArray(),
        ValueKind.Set => value.AsSet(),
        _ => null,
    };

    /// <summary>The strings of an array or set.</summary>
    public static List<string> Texts(ReadOnlySpan<Value> arguments, int index, params ReadOnlySpan<string> expected)
    {
        var elements = Elements(arguments[index]) ?? throw WrongType(index, arguments[index], expected);
        var texts = new List<string>(elements.Count);
        foreach (var element in elements)
        {
            texts.Add(element.TryGetString(out var text) ? text : throw WrongElement(index, arguments[index], element, "string"));
        }

        return texts;
    }

    /// <summary>A JSON document given as text, or as the object it would be.</summary>
    public static Value Document(ReadOnlySpan<Value> arguments, int index)
    {
        if (arguments[index].TryGetString(out var text))
        {
            try
            {
                return JsonIn.Read(text);
            }
            catch (ValueFormatException broken)
            {
                throw new BuiltinException(broken.Message);
            }
        }

        return arguments[index];
    }

    public static BuiltinException WrongType(int index, in Value got, params ReadOnlySpan<string> expected) => Wrong(
        index,
        expected.Length == 1 ? $"must be {expected[0]} but got {Name(got)}" : $"must be one of {{{string.Join(", ", expected)}}} but got {Name(got)}");

    public static BuiltinException WrongElement(int index, in Value collection, in Value got, string expected)
    {
        var kind = Name(collection);
        return Wrong(index, $"must be {kind} of {expected}s but got {kind} containing {Name(got)}");
    }

    public static BuiltinException Wrong(int index, string what) => new($"operand {index + 1} {what}", BuiltinError.WrongType);

    /// <summary>The name of a value's kind.</summary>
    public static string Name(in Value value) => value.Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Boolean => "boolean",
        ValueKind.Number => "number",
        ValueKind.String => "string",
        ValueKind.Array => "array",
        ValueKind.Object => "object",
        ValueKind.Set => "set",
        _ => "undefined",
    };

    private static BuiltinException NotInteger(int index) => Wrong(index, "must be integer number but got floating-point number");
}
