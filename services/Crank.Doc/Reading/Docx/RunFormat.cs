namespace Crank.Doc.Reading.Docx;

/// <summary>How a run of text is set.</summary>
[Flags]
internal enum RunFormat
{
    None = 0,
    Strong = 1,
    Emphasis = 2,
    Strikethrough = 4,
    Underline = 8,
    Superscript = 16,
    Subscript = 32,
    Highlight = 64,
    Code = 128,
    Hidden = 256,
}
