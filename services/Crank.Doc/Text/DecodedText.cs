namespace Crank.Doc.Text;

/// <summary>Bytes as text.</summary>
/// <param name="Text">The characters, without byte order mark; line ends as they were.</param>
/// <param name="Encoding">What the bytes were decoded by.</param>
/// <param name="Undecodable">How many U+FFFD stand for bytes that mean nothing.</param>
public sealed record DecodedText(string Text, DetectedEncoding Encoding, int Undecodable);
