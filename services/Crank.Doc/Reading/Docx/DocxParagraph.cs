using System.Collections.Immutable;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Docx;

/// <summary>A paragraph before lists, quotes and code are put together.</summary>
/// <param name="Content">Its running text.</param>
/// <param name="Role">What it is by its style and its own properties.</param>
/// <param name="Item">Its place in a list; null when it is in none.</param>
/// <param name="Level">Its level in that list, from 0.</param>
/// <param name="Bookmark">What links lead to.</param>
internal sealed record DocxParagraph(ImmutableArray<Inline> Content, ParagraphRole Role, (bool Ordered, int Number, string List)? Item, int Level, string? Bookmark);
