namespace Crank.Doc.Reading.Markdown;

/// <summary>What is read beyond CommonMark's core.</summary>
[Flags]
internal enum MarkdownFeatures
{
    None = 0,
    Tables = 1,
    Strikethrough = 2,
    Autolinks = 4,
    TaskLists = 8,

    /// <summary>The tags that GitHub disarms lose their meaning (GFM 0.29, section 6.11).</summary>
    TagFilter = 16,
    Footnotes = 32,
    DefinitionLists = 64,
    FrontMatter = 128,

    /// <summary>HTML comments and punctuation as CommonMark 0.29 defined them, on which GFM stands.</summary>
    Rules029 = 256,

    GitHub = Tables | Strikethrough | Autolinks | TaskLists | TagFilter | Rules029,
    Extended = Tables | Strikethrough | Autolinks | TaskLists | Footnotes | DefinitionLists | FrontMatter,
}
