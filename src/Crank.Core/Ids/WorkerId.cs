using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>A sandboxed process on a node that runs capabilities.</summary>
/// <remarks>1 to 63 characters of <c>a-z</c>, <c>0-9</c>, <c>.</c>, <c>-</c>, <c>_</c>, beginning with a letter or digit; prints and parses as the bare value.</remarks>
[JsonConverter(typeof(BareStringConverter<WorkerId>))]
public readonly record struct WorkerId : IParsable<WorkerId>, IComparable<WorkerId>
{
    private readonly string? _value;

    private WorkerId(string value) => _value = value;

    /// <summary>The bare text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static WorkerId Parse(string s, IFormatProvider? provider = null) => Bare.Parse<WorkerId>(s, "a worker such as doc-3");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out WorkerId result)
    {
        var valid = Bare.IsToken(s, 63, ".-_");
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(WorkerId other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value;
}
