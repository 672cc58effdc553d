namespace Crank.Rego.Values;

/// <summary>What a <see cref="Value"/> may refer to besides a string; says its kind without a type test.</summary>
public abstract class HeapValue
{
    private protected HeapValue(ValueKind kind) => Kind = kind;

    /// <summary>The kind of value this object stands for.</summary>
    public ValueKind Kind { get; }
}
