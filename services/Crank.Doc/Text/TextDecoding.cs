using Crank.Doc.Reading;

namespace Crank.Doc.Text;

/// <summary>Bytes to text.</summary>
public static class TextDecoding
{
    /// <summary>Decodes all of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="encoding">Name of the encoding, or null to find out.</param>
    /// <param name="budget">Charged with the length of the text before it is made.</param>
    /// <exception cref="DocumentRefusedException"><see cref="RefusalReason.UnsupportedEncoding"/> or <see cref="RefusalReason.TextTooLong"/>.</exception>
    public static DecodedText Decode(ReadOnlySpan<byte> bytes, string? encoding, ReaderBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var detected = encoding is null
            ? EncodingDetector.Detect(bytes)
            : EncodingDetector.Named(encoding) ?? throw new DocumentRefusedException(RefusalReason.UnsupportedEncoding, "The encoding asked for is not known here. Leave it out to have it found, or use a name such as utf-8 or windows-1252.");
        var body = bytes[detected.MarkLength..];
        budget.Text(detected.Encoding.GetCharCount(body));
        var text = detected.Encoding.GetString(body);
        return new DecodedText(text, detected, text.AsSpan().Count('\uFFFD'));
    }
}
