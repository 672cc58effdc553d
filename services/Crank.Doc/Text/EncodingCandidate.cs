using System.Collections.Immutable;

namespace Crank.Doc.Text;

/// <summary>One encoding that a text without a mark may have.</summary>
/// <param name="Name">Name of the WHATWG Encoding Standard where it has one, else IANA's.</param>
/// <param name="CodePage">Number of the code page in .NET.</param>
/// <param name="Prior">Natural logarithm of how usual the encoding is, before a byte was seen; ≤ 0.</param>
/// <param name="Languages">The languages that were written in it.</param>
internal sealed record EncodingCandidate(string Name, int CodePage, double Prior, ImmutableArray<string> Languages);
