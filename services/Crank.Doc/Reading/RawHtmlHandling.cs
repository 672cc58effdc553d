namespace Crank.Doc.Reading;

/// <summary>What becomes of HTML inside Markdown.</summary>
public enum RawHtmlHandling
{
    /// <summary>Read as HTML: structure and text kept, script and the unknown left out and counted. The product's default.</summary>
    Convert,

    /// <summary>Kept as it stands and written into HTML and Markdown unchecked. Only for trusted input.</summary>
    Keep,
}
