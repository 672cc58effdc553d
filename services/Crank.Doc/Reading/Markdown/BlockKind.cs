namespace Crank.Doc.Reading.Markdown;

internal enum BlockKind
{
    Document,
    Paragraph,
    Heading,
    ThematicBreak,
    Quote,
    List,
    Item,
    Code,
    Html,
    Table,
    Footnote,
    DefinitionList,
    Term,
    Details,
}
