using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Names one transfer of the ledger.</summary>
/// <remarks>A <see cref="SortableId"/>: later ids sort after earlier ones. Prints and parses as the bare 26 characters.</remarks>
[JsonConverter(typeof(BareStringConverter<TransferId>))]
public readonly record struct TransferId(SortableId Value) : IParsable<TransferId>, IComparable<TransferId>
{
    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static TransferId Parse(string s, IFormatProvider? provider = null) => new(SortableId.Parse(s, provider));

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out TransferId result)
    {
        var valid = SortableId.TryParse(s, provider, out var value);
        result = new(value);
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(TransferId other) => Value.CompareTo(other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value.ToString();
}
