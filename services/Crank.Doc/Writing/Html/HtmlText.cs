using System.Buffers;
using System.Text;

namespace Crank.Doc.Writing.Html;

/// <summary>Escapes text and addresses for HTML.</summary>
internal static class HtmlText
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"");
    private static readonly SearchValues<char> SafeInAddress = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.+!*(),%#@?=;:/$~");

    public static void Append(StringBuilder html, ReadOnlySpan<char> text)
    {
        while (true)
        {
            var next = text.IndexOfAny(Special);
            if (next < 0)
            {
                html.Append(text);
                return;
            }

            html.Append(text[..next]).Append(text[next] switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", _ => "&quot;" });
            text = text[(next + 1)..];
        }
    }

    /// <summary>Percent-encodes what an address may not hold; a <c>%</c> is taken to be an encoding already.</summary>
    public static void AppendAddress(StringBuilder html, string address)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in address.EnumerateRunes())
        {
            if (rune.Value == '&')
            {
                html.Append("&amp;");
            }
            else if (rune.Value == '\'')
            {
                html.Append("&#39;");
            }
            else if (rune.IsAscii && SafeInAddress.Contains((char)rune.Value))
            {
                html.Append((char)rune.Value);
            }
            else
            {
                foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    html.Append('%').Append(b.ToString("X2"));
                }
            }
        }
    }
}
