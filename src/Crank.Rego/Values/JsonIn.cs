using System.Text;

namespace Crank.Rego.Values;

/// <summary>
/// Reads JSON (RFC 8259) into values. Of members with the same name the last one counts, and what is not valid Unicode becomes U+FFFD, as in OPA.
/// </summary>
public static class JsonIn
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int MaxDepth = 1_000;

    /// <summary>Reads one JSON text.</summary>
    /// <exception cref="ValueFormatException">The text is no JSON, is nested deeper than <see cref="MaxDepth"/>, or holds a number out of range.</exception>
    public static Value Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    /// <summary>Reads one JSON text in UTF-8; keys and short strings found in <paramref name="names"/> share its references.</summary>
    /// <param name="utf8">The text, without byte order mark.</param>
    /// <param name="names">The names of the policy set the value is for.</param>
    /// <param name="learn">Whether keys that are new are entered in the table: for base documents, never for inputs.</param>
    /// <exception cref="ValueFormatException">The text is no JSON, is nested deeper than <see cref="MaxDepth"/>, or holds a number out of range.</exception>
    public static Value Read(ReadOnlySpan<byte> utf8, NameTable? names = null, bool learn = false)
    {
        var reader = new JsonReader(utf8, names, learn);
        try
        {
            return reader.ReadDocument();
        }
        finally
        {
            reader.Release();
        }
    }
}
