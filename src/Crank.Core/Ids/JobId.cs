using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Names one job, and with it its hold, its receipt and its result.</summary>
/// <remarks>A <see cref="SortableId"/>: later ids sort after earlier ones. Prints and parses as the bare 26 characters.</remarks>
[JsonConverter(typeof(BareStringConverter<JobId>))]
public readonly record struct JobId(SortableId Value) : IParsable<JobId>, IComparable<JobId>
{
    /// <summary>Reads the bare text.</summary>
    /// <exception cref="FormatException">The text is not of that form; the message shows what was given.</exception>
    public static JobId Parse(string s, IFormatProvider? provider = null) => new(SortableId.Parse(s, provider));

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out JobId result)
    {
        var valid = SortableId.TryParse(s, provider, out var value);
        result = new(value);
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(JobId other) => Value.CompareTo(other.Value);

    /// <summary>The bare text.</summary>
    public override string ToString() => Value.ToString();
}
