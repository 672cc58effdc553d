using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>A machine that joined the mesh.</summary>
/// <remarks>1 to 63 characters of <c>a-z</c>, <c>0-9</c>, <c>.</c>, <c>-</c>, <c>_</c>, beginning with a letter or digit; prints and parses as the bare value.</remarks>
[JsonConverter(typeof(BareStringConverter<NodeId>))]
public readonly record struct NodeId : IParsable<NodeId>, IComparable<NodeId>
{
    private readonly string? _value;

    private NodeId(string value) => _value = value;

    /// <summary>The bare text; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>The machine on which an embedded mesh runs.</summary>
    public static NodeId Local { get; } = new("local");

    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static NodeId Parse(string s, IFormatProvider? provider = null) => Bare.Parse<NodeId>(s, "a node such as local");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out NodeId result)
    {
        var valid = Bare.IsToken(s, 63, ".-_");
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(NodeId other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value;
}
