using System.Collections.Immutable;
using Crank.Doc.Reading;

namespace Crank.Doc.Detect;

/// <summary>A type of file that is known by its content.</summary>
/// <param name="Key">Short name in lower case, e.g. <c>docx</c>; stable.</param>
/// <param name="MediaType">IANA media type, or the usual one where IANA has none.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Extensions">Usual endings of names, without dot.</param>
/// <param name="ReadAs">The reader for it; null when the type is only named.</param>
public sealed record FileType(string Key, string MediaType, string Title, ImmutableArray<string> Extensions, DocumentFormat? ReadAs = null);
