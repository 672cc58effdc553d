using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Names one offer of a worker.</summary>
/// <remarks>A <see cref="SortableId"/>: later ids sort after earlier ones. Prints and parses as the bare 26 characters.</remarks>
[JsonConverter(typeof(BareStringConverter<OfferId>))]
public readonly record struct OfferId(SortableId Value) : IParsable<OfferId>, IComparable<OfferId>
{
    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static OfferId Parse(string s, IFormatProvider? provider = null) => new(SortableId.Parse(s, provider));

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out OfferId result)
    {
        var valid = SortableId.TryParse(s, provider, out var value);
        result = new(value);
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(OfferId other) => Value.CompareTo(other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value.ToString();
}
