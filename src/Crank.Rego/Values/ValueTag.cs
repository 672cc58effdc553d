namespace Crank.Rego.Values;

/// <summary>Stands in a <see cref="Value"/> for what needs no object of its own.</summary>
internal sealed class ValueTag : HeapValue
{
    public static readonly ValueTag Null = new(ValueKind.Null);
    public static readonly ValueTag False = new(ValueKind.Boolean);
    public static readonly ValueTag True = new(ValueKind.Boolean);
    public static readonly ValueTag Integer = new(ValueKind.Number);

    private ValueTag(ValueKind kind)
        : base(kind)
    {
    }
}
