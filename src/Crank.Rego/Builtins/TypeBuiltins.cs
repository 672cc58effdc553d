using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Kinds of values, casts, and comparison.</summary>
internal static class TypeBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        Is("is_null", ValueKind.Null),
        Is("is_boolean", ValueKind.Boolean),
        Is("is_number", ValueKind.Number),
        Is("is_string", ValueKind.String),
        Is("is_array", ValueKind.Array),
        Is("is_object", ValueKind.Object),
        Is("is_set", ValueKind.Set),
        new("type_name", 1, true, static (_, a) => Operand.Name(a[0])),
        Cast("cast_null", ValueKind.Null, "null"),
        Cast("cast_boolean", ValueKind.Boolean, "boolean"),
        Cast("cast_string", ValueKind.String, "string"),
        Cast("cast_object", ValueKind.Object, "object"),
        new("cast_array", 1, true, static (context, a) => ToArray(context, a)),
        new("cast_set", 1, true, static (context, a) => a[0].Kind == ValueKind.Set ? a[0] : SetValue.Of(ToArray(context, a).AsArray().Span)),
        new("equal", 2, true, static (_, a) => a[0].Equals(a[1])),
        new("neq", 2, true, static (_, a) => !a[0].Equals(a[1])),
        new("lt", 2, true, static (_, a) => Order.Compare(a[0], a[1]) < 0),
        new("lte", 2, true, static (_, a) => Order.Compare(a[0], a[1]) <= 0),
        new("gt", 2, true, static (_, a) => Order.Compare(a[0], a[1]) > 0),
        new("gte", 2, true, static (_, a) => Order.Compare(a[0], a[1]) >= 0),
    ];

    private static Builtin Is(string name, ValueKind kind) => new(name, 1, true, (_, a) => a[0].Kind == kind);

    private static Builtin Cast(string name, ValueKind kind, string expected) =>
        new(name, 1, true, (_, a) => a[0].Kind == kind ? a[0] : throw Operand.WrongType(0, a[0], expected));

    private static Value ToArray(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].Kind == ValueKind.Array)
        {
            return arguments[0];
        }

        var elements = Operand.Elements(arguments[0]) ?? throw Operand.WrongType(0, arguments[0], "array", "set");
        context.Charge(elements.Count);
        return ArrayValue.Of([.. elements]);
    }
}
