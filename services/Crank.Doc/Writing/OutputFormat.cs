namespace Crank.Doc.Writing;

/// <summary>The formats that are written.</summary>
public enum OutputFormat
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Markdown that GitHub and every CommonMark 0.31 reader understand.</summary>
    Markdown,

    /// <summary>HTML5.</summary>
    Html,
}
