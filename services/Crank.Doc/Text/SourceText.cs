using System.Text;
using System.Text.RegularExpressions;
using Crank.Doc.Reading;

namespace Crank.Doc.Text;

/// <summary>Decodes the source of marked-up text. The text that is in it is charged by its reader.</summary>
internal static partial class SourceText
{
    private const int HeadBytes = 1024;

    /// <summary>By the caller's word, by mark, else by what the bytes look like.</summary>
    public static string Of(ReadOnlySpan<byte> content, ReaderOptions options) => Decode(content, options.Encoding is { } name ? Known(name) : EncodingDetector.Detect(content));

    /// <summary>As for any text, but what the page's head says (WHATWG HTML, 13.2.3.2) counts before guessing. UTF-7 never does.</summary>
    public static string OfHtml(ReadOnlySpan<byte> content, ReaderOptions options)
    {
        if (options.Encoding is { } name)
        {
            return Decode(content, Known(name));
        }

        var detected = EncodingDetector.Detect(content);
        if (!detected.Certain && detected.Encoding is not (UnicodeEncoding or UTF32Encoding))
        {
            var head = Encoding.Latin1.GetString(content[..Math.Min(content.Length, HeadBytes)]);
            if (Charset().Match(head) is { Success: true } said && EncodingDetector.Named(said.Groups[1].Value) is { } declared && declared.Name != "utf-8")
            {
                detected = declared;
            }
        }

        return Decode(content, detected);
    }

    private static DetectedEncoding Known(string name) => EncodingDetector.Named(name)
        ?? throw new DocumentRefusedException(RefusalReason.UnsupportedEncoding, "The encoding asked for is not known here. Leave it out to have it found.");

    private static string Decode(ReadOnlySpan<byte> content, DetectedEncoding encoding) => encoding.Encoding.GetString(content[encoding.MarkLength..]);

    [GeneratedRegex("""charset\s*=\s*["']?([A-Za-z0-9_:.-]+)""", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Charset();
}
