using System.Text;

namespace Crank.Doc.Tests.Attacks;

/// <summary>Markdown, delimited and plain texts that are long, deep, wide or no text at all.</summary>
internal static class TextAttacks
{
    public static IEnumerable<(string Name, string Text)> Markdown()
    {
        yield return ("front-matter-long", $"---\ntitle: {new string('t', 3 << 20)}\n---\n\ntext");
        yield return ("front-matter-many", "---\n" + Many(50_000, i => $"key{i}: value\n") + "---\n\ntext");
        yield return ("front-matter-open", "---\n" + Times("a: b\n", 100_000));
        yield return ("notes-that-are-cited", Many(20_000, i => $"[^n{i}] ") + "\n\n" + Many(20_000, i => $"[^n{i}]: y\n\n"));
        yield return ("notes-that-cite-each-other", "[^a]\n\n[^a]: [^b]\n\n[^b]: [^a]\n");
        yield return ("definitions-many", Many(40_000, i => $"[k{i}]: /u\n") + "\n" + Many(40_000, i => $"[k{i}] "));
        yield return ("list-that-steps-in", Many(800, i => new string(' ', 2 * i) + "- x\n"));
        yield return ("quotes-deep-lines", Times(Times(">", 500) + " x\n", 200));
        yield return ("table-wide", Times("|a", 1000) + "\n" + Times("|-", 1000) + "\n" + Times(Times("|x", 1000) + "\n", 60));
        yield return ("html-blocks", Times("<div>\n\n", 8000));
        yield return ("html-comment-blocks", Times("<!--\n\n", 30_000));
        yield return ("entities", Times("&amp;&#x110000;&bogus;", 50_000));
        yield return ("emphasis-mixed", Times("*a_b**c__~~d", 5000));
        yield return ("brackets-and-parentheses", Times("[a](b(", 30_000));
        yield return ("headings", Times("# a\n", 20_000));
        yield return ("setext", Times("a\n", 100_000) + "===");
        yield return ("backslashes", Times("\\", 500_000));
        yield return ("links-of-schemes", Times("http://a.b/(((", 20_000) + Times("a@b.c ", 20_000));
        yield return ("lone-surrogates", "# \uD800\n\n\uDC00 **\uD83D**\n");
        yield return ("tabs", Times("\t- x\n", 20_000));
    }

    public static IEnumerable<(string Name, string Text)> Csv()
    {
        yield return ("quotes", new string('"', 400_001));
        yield return ("commas", new string(',', 1_000_000));
        yield return ("lines", new string('\n', 200_000));
        yield return ("carriage-returns", "a,b" + new string('\r', 1_000_000));
        yield return ("ragged", Times("a\n", 1000) + new string(',', 10_000) + "\n" + Times("b\n", 1000));
        yield return ("never-closed", "a,b\n1,\"" + Times("x,\n", 100_000));
        yield return ("separator-quote", "sep=\"\na\"b\n");
        yield return ("separator-line-end", "sep=\r\na,b\n");
        yield return ("formulas", Times("=1+1,@x,-cmd|x,+y\n", 8000));
        yield return ("nulls", Times("a,\0,b\n", 50_000));
    }

    public static IEnumerable<(string Name, byte[] Content)> Bytes()
    {
        yield return ("utf16-odd", [0xFF, 0xFE, 0x41, 0x00, 0x42]);
        yield return ("utf16-lone", [0xFF, 0xFE, 0x00, 0xD8, 0x41, 0x00, 0x00, 0xDC]);
        yield return ("utf32-beyond", [0xFF, 0xFE, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        yield return ("utf8-cut", [0xEF, 0xBB, 0xBF, 0xF0, 0x9F]);
        yield return ("utf8-overlong", [0x61, 0xC0, 0xAF, 0x61, 0xE0, 0x80, 0xAF]);
        yield return ("iso-2022-cut", [0x1B, 0x24, 0x42, 0x30]);
        yield return ("utf7-mark", [0x2B, 0x2F, 0x76, 0x38]);
        yield return ("marks-only", [0xEF, 0xBB, 0xBF]);
        yield return ("long-line", [.. Enumerable.Repeat((byte)'x', 1 << 20)]);
        yield return ("bidi", Encoding.UTF8.GetBytes(Times("\u202E\u2066a\u2069", 100_000)));
        yield return ("combining", Encoding.UTF8.GetBytes("a" + new string('\u0301', 1_000_000)));
        for (var b = 0; b < 256; b++)
        {
            yield return ($"byte-{b:x2}", [(byte)b]);
        }

        var random = new Random(20);
        for (var i = 0; i < 40; i++)
        {
            var bytes = new byte[1 << (i % 16)];
            random.NextBytes(bytes);
            yield return ($"random-{i}", bytes);
        }
    }

    private static string Times(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string Many(int times, Func<int, string> text) => string.Concat(Enumerable.Range(0, times).Select(text));
}
