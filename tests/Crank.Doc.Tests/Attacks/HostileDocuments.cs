using System.Text;

namespace Crank.Doc.Tests.Attacks;

/// <summary>Every attack, the same bytes on every machine.</summary>
internal static class HostileDocuments
{
    private const int Cuts = 16;
    private const int Flips = 24;

    public static IEnumerable<(string Name, byte[] Content)> Html() => HtmlAttacks.All().Select(a => ($"{a.Name}.html", Bytes("<!doctype html>" + a.Text)));

    public static IEnumerable<(string Name, byte[] Content)> Markdown() => TextAttacks.Markdown().Select(a => ($"{a.Name}.md", Bytes(a.Text)));

    public static IEnumerable<(string Name, byte[] Content)> Csv() => TextAttacks.Csv().Select(a => ($"{a.Name}.csv", Bytes(a.Text)));

    public static IEnumerable<(string Name, byte[] Content)> Text() => TextAttacks.Bytes().Select(a => ($"{a.Name}.txt", a.Content));

    public static IEnumerable<(string Name, byte[] Content)> Pdf() => PdfAttacks.All().Select(a => ($"{a.Name}.pdf", a.Content));

    public static IEnumerable<(string Name, byte[] Content)> Docx() => DocxAttacks.All().Select(a => ($"{a.Name}.docx", a.Content));

    /// <summary>A good document cut at many places, and with one bit turned at many places.</summary>
    public static IEnumerable<(string Name, byte[] Content)> Spoilt(string name, byte[] good)
    {
        for (var i = 0; i < Cuts; i++)
        {
            yield return ($"cut-{i}-{name}", good[..(int)((long)good.Length * i / Cuts)]);
        }

        var random = new Random(good.Length);
        for (var i = 0; i < Flips; i++)
        {
            var spoilt = (byte[])good.Clone();
            spoilt[random.Next(good.Length)] ^= (byte)(1 << random.Next(8));
            yield return ($"flip-{i}-{name}", spoilt);
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
