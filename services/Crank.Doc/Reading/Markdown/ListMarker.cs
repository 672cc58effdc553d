namespace Crank.Doc.Reading.Markdown;

/// <summary>What begins a list item.</summary>
/// <param name="Ordered">True for a number.</param>
/// <param name="Sign">The bullet, or what follows the number.</param>
/// <param name="Start">The number; 1 for bullets.</param>
/// <param name="Offset">Columns before the marker.</param>
/// <param name="Padding">Columns from the marker to the content.</param>
internal sealed record ListMarker(bool Ordered, char Sign, int Start, int Offset, int Padding)
{
    public bool Continues(ListMarker other) => Ordered == other.Ordered && Sign == other.Sign;
}
