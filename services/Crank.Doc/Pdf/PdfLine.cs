namespace Crank.Doc.Pdf;

/// <summary>Letters on one base line without a wide gap between them; points, y upwards.</summary>
internal sealed record PdfLine(string Text, double Left, double Right, double Base, double Size, bool Bold)
{
    public double Top => Base + (0.8 * Size);

    public double Bottom => Base - (0.2 * Size);
}
