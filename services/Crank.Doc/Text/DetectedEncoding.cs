using System.Text;

namespace Crank.Doc.Text;

/// <summary>The encoding found for some bytes.</summary>
/// <param name="Name">Name of the WHATWG Encoding Standard where it has one, else IANA's.</param>
/// <param name="Encoding">The decoder; undecodable bytes become U+FFFD.</param>
/// <param name="MarkLength">Bytes of the byte order mark, 0 when there is none.</param>
/// <param name="Certain">True when a mark, pure ASCII or valid UTF-8 says so; false when statistics do.</param>
public sealed record DetectedEncoding(string Name, Encoding Encoding, int MarkLength, bool Certain);
