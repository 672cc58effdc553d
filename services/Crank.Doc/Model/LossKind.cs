namespace Crank.Doc.Model;

/// <summary>What a conversion could not keep. The names in <c>snake_case</c> are the codes of <c>docs/doc-formats.md</c>; never reuse one.</summary>
public enum LossKind
{
    /// <summary>A table cell that spans was flattened into single cells.</summary>
    TableSpan,

    /// <summary>Several blocks in one table cell were joined into one line, or a table inside a cell was flattened.</summary>
    TableCellStructure,

    /// <summary>A picture's bytes are not in the result; its place and text are.</summary>
    ImageDropped,

    /// <summary>A style that the result has no word for: font, colour, size, underline in Markdown…</summary>
    Style,

    /// <summary>A reviewer's comment was left out.</summary>
    Comment,

    /// <summary>A tracked change was resolved: insertions kept, deletions left out.</summary>
    TrackedChange,

    /// <summary>Script, macro, form or embedded program was left out.</summary>
    ActiveContent,

    /// <summary>Content that lives elsewhere was not fetched.</summary>
    ExternalReference,

    /// <summary>Text that the author hid was left out.</summary>
    HiddenText,

    /// <summary>HTML inside Markdown was left out.</summary>
    RawHtml,

    /// <summary>A link whose target runs script was reduced to its text.</summary>
    UnsafeLink,

    /// <summary>Structure nested deeper than the reader's limit was flattened; its text is kept.</summary>
    NestingFlattened,

    /// <summary>An attached or embedded file was left out.</summary>
    Attachment,

    /// <summary>A header or footer of pages was left out.</summary>
    PageFurniture,

    /// <summary>A page break has no place in the result.</summary>
    PageBreak,

    /// <summary>A chart, drawing, equation or other object was left out.</summary>
    EmbeddedObject,

    /// <summary>A character that cannot be decoded was replaced by U+FFFD.</summary>
    UndecodableText,

    /// <summary>A reference inside the file points at nothing.</summary>
    BrokenReference,

    /// <summary>Emphasis, links, headings or tables were reduced to their text.</summary>
    Formatting,

    /// <summary>Pages without a text layer gave no text.</summary>
    PageWithoutText,
}
