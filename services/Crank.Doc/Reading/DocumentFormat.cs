namespace Crank.Doc.Reading;

/// <summary>The formats that are read.</summary>
public enum DocumentFormat
{
    /// <summary>Plain text in any encoding.</summary>
    Text,

    /// <summary>Markdown, see <see cref="MarkdownProfile"/>.</summary>
    Markdown,

    /// <summary>HTML (WHATWG).</summary>
    Html,

    /// <summary>Office Open XML word processing, ISO/IEC 29500.</summary>
    Docx,

    /// <summary>Comma-separated values, RFC 4180 and its relatives.</summary>
    Csv,

    /// <summary>PDF with a text layer, ISO 32000.</summary>
    Pdf,
}
