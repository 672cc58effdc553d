namespace Crank.Doc.Pdf;

/// <summary>A dictionary object: keys without the slash.</summary>
internal sealed class PdfDictionary : Dictionary<string, object?>
{
    public PdfDictionary()
        : base(StringComparer.Ordinal)
    {
    }

    public object? Get(string key) => TryGetValue(key, out var value) ? value : null;
}
