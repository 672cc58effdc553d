namespace Crank.Doc.Pdf;

/// <summary>One visible letter at its place, turned so that its line runs to the right; points, y upwards.</summary>
/// <param name="Text">One or more characters.</param>
/// <param name="Left">Start of the base line.</param>
/// <param name="Right">End of the base line.</param>
/// <param name="Base">Height of the base line.</param>
/// <param name="Size">Size of the type in points.</param>
/// <param name="Bold">True when the name of the font says so.</param>
internal readonly record struct PdfGlyph(string Text, double Left, double Right, double Base, double Size, bool Bold);
