namespace Crank.Doc.Reading.Docx;

internal enum BlockRole
{
    Text,
    Quote,
    Code,
}

/// <summary>What a paragraph is by its style.</summary>
/// <param name="HeadingLevel">1 to 6; 0 for no heading.</param>
/// <param name="Role">Text, quote or code.</param>
/// <param name="NumberingId">The list that the style puts it in.</param>
/// <param name="NumberingLevel">The level in that list, from 0.</param>
/// <param name="ContinuesItem">True when it goes on with the list item before it.</param>
internal sealed record ParagraphRole(int HeadingLevel, BlockRole Role, string? NumberingId, int NumberingLevel, bool ContinuesItem = false);
