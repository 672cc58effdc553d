namespace Crank.Rego.Values;

/// <summary>Stands in a <see cref="Value"/> for what needs no object of its own.</summary>
internal sealed class ValueTag : HeapValue
{
    public static readonly ValueTag Null = new(ValueKind.Null);
    public static readonly ValueTag False = new(ValueKind.Boolean);
    public static readonly ValueTag True = new(ValueKind.Boolean);
    public static readonly ValueTag Integer = new(ValueKind.Number);

    /// <summary>Stands in a memo for a rule that has no value.</summary>
    public static readonly ValueTag Absent = new(ValueKind.Undefined);

    private ValueTag(ValueKind kind)
        : base(kind)
    {
    }
}
