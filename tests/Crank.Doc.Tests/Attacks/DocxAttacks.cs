using System.Text;
using Crank.Doc.Tests.Docx;

namespace Crank.Doc.Tests.Attacks;

/// <summary>Word documents that nest, multiply, lie in their numbers or in the directory of their package.</summary>
internal static class DocxAttacks
{
    private static readonly string[] Numbers = ["-1", "0", "2147483648", "99999999999999999999", "NaN", "", "1.5", "2147483647"];

    public static IEnumerable<(string Name, byte[] Content)> All()
    {
        foreach (var (name, open, close) in new[]
        {
            ("controls", "<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"), ("paragraphs", "<w:p>", "</w:p>"), ("runs", "<w:r>", "</w:r>"), ("links", "<w:hyperlink w:anchor=\"a\">", "</w:hyperlink>"),
            ("insertions", "<w:ins>", "</w:ins>"), ("text-boxes", "<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>"), ("pictures", "<w:drawing>", "</w:drawing>"),
            ("cells", "<w:tc>", "</w:tc>"), ("rows", "<w:tr>", "</w:tr>"), ("tables", "<w:tbl>", "</w:tbl>"), ("fields", "<w:fldSimple w:instr=\"HYPERLINK a\">", "</w:fldSimple>"),
            ("notes", "<w:footnote w:id=\"1\">", "</w:footnote>"), ("properties", "<w:pPr><w:rPr>", "</w:rPr></w:pPr>"), ("foreign", "<x:y xmlns:x=\"u\">", "</x:y>"), ("alternatives", "<mc:AlternateContent><mc:Choice>", "</mc:Choice></mc:AlternateContent>"),
        })
        {
            yield return ($"nested-{name}", DocxBuilder.Of(Times(open, 6000) + "<w:p><w:r><w:t>inside</w:t></w:r></w:p>" + Times(close, 6000)));
            yield return ($"beside-{name}", DocxBuilder.Of("<w:p>" + Times(open + close, 6000) + "</w:p>"));
        }

        foreach (var number in Numbers)
        {
            yield return ($"span-{number}", DocxBuilder.Of($"<w:tbl><w:tr><w:trPr><w:gridBefore w:val=\"{number}\"/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val=\"{number}\"/><w:vMerge w:val=\"restart\"/></w:tcPr><w:p/></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>"));
            yield return ($"level-{number}", Numbered(number, number, number));
            yield return ($"outline-{number}", DocxBuilder.Of($"<w:p><w:pPr><w:outlineLvl w:val=\"{number}\"/></w:pPr><w:r><w:rPr><w:sz w:val=\"{number}\"/></w:rPr><w:sym w:char=\"{number}\"/><w:t>x</w:t></w:r></w:p>"));
        }

        yield return ("levels-that-only-go-in", DocxBuilder.Of(Many(5000, i => $"<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{i}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>")));
        yield return ("spans-many", DocxBuilder.Of("<w:tbl>" + Times("<w:tr>" + Times("<w:tc><w:tcPr><w:gridSpan w:val=\"1000\"/></w:tcPr><w:p/></w:tc>", 100) + "</w:tr>", 100) + "</w:tbl>"));
        yield return ("merges-many", DocxBuilder.Of("<w:tbl>" + Times("<w:tr>" + Times("<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>", 100) + "</w:tr>", 800) + "</w:tbl>"));
        yield return ("field-codes-open", DocxBuilder.Of("<w:p>" + Times("<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>", 15_000) + "<w:r><w:t>x</w:t></w:r></w:p>"));
        yield return ("field-ends", DocxBuilder.Of("<w:p>" + Times("<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>", 15_000) + "<w:r><w:t>x</w:t></w:r></w:p>"));
        yield return ("field-code-long", DocxBuilder.Of($"<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{Times("HYPERLINK \"", 100_000)}</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r></w:p>"));
        yield return ("notes-that-are-cited", new DocxBuilder().Story("footnotes", "footnotes", Many(30_000, i => $"<w:footnote w:id=\"{i}\"><w:p/></w:footnote>")).Build("<w:p>" + Many(30_000, i => $"<w:r><w:footnoteReference w:id=\"{i}\"/></w:r>") + "</w:p>"));
        yield return ("note-that-cites-itself", new DocxBuilder().Story("footnotes", "footnotes", "<w:footnote w:id=\"1\"><w:p><w:r><w:footnoteReference w:id=\"1\"/></w:r></w:p></w:footnote>").Build("<w:p><w:r><w:footnoteReference w:id=\"1\"/></w:r></w:p>"));
        yield return ("styles-in-a-circle", new DocxBuilder().Story("styles", "styles", "<w:style w:styleId=\"a\"><w:name w:val=\"a\"/><w:basedOn w:val=\"b\"/></w:style><w:style w:styleId=\"b\"><w:name w:val=\"b\"/><w:basedOn w:val=\"a\"/></w:style>").Build(Times("<w:p><w:pPr><w:pStyle w:val=\"a\"/></w:pPr><w:r><w:rPr><w:rStyle w:val=\"a\"/></w:rPr><w:t>x</w:t></w:r></w:p>", 20_000)));
        yield return ("styles-many", new DocxBuilder().Story("styles", "styles", Many(15_000, i => $"<w:style w:styleId=\"s{i}\"><w:name w:val=\"s\"/><w:basedOn w:val=\"s{i + 1}\"/></w:style>")).Build("<w:p/>"));
        yield return ("relationships-many", Related(15_000));
        yield return ("attributes-many", DocxBuilder.Of("<w:p " + Many(15_000, i => $"a{i}=\"\" ") + "/>"));
        yield return ("namespaces-many", DocxBuilder.Of(Many(5000, i => $"<w:p xmlns:n{i}=\"u{i}\">") + Times("</w:p>", 5000)));
        yield return ("text-long", DocxBuilder.Of($"<w:p><w:r><w:t>{Varied(2 << 20)}</w:t></w:r></w:p>"));
        yield return ("tabs-and-breaks", DocxBuilder.Of("<w:p><w:r>" + Times("<w:tab/><w:br/>", 100_000) + "</w:r></w:p>"));
        yield return ("title-long", new DocxBuilder().Part("docProps/core.xml", $"<p><title>{Varied(2 << 20)}</title><keywords>{Many(200_000, i => $"k{i},")}</keywords></p>").Build("<w:p/>"));
        yield return ("parts-many", Many(new DocxBuilder(), 6000).Build("<w:p/>"));
        yield return ("names-that-climb", new DocxBuilder().Part("../../../tmp/crank-climbed", "x").Part("/etc/crank-climbed", "x").Part("C:\\crank-climbed", "x").Part("word/./../word/x", "x").Part(new string('n', 60_000), "x").Build("<w:p/>"));
        foreach (var part in new[] { "word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels", "docProps/core.xml" })
        {
            yield return ($"entities-in-{part.Replace('/', '-')}", Swapped(part, "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;&b;&b;\">]><a>&d;</a>"));
            yield return ($"encoding-of-{part.Replace('/', '-')}", Swapped(part, "<?xml version=\"1.0\" encoding=\"utf-7\"?><a/>"));
            yield return ($"nothing-in-{part.Replace('/', '-')}", Swapped(part, ""));
        }
    }

    private static byte[] Numbered(string level, string start, string list) => new DocxBuilder()
        .Story("numbering", "numbering", $"<w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"{level}\"><w:start w:val=\"{start}\"/></w:lvl></w:abstractNum><w:num w:numId=\"{list}\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"{level}\"><w:startOverride w:val=\"{start}\"/></w:lvlOverride></w:num>")
        .Build(Times($"<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>", 3));

    private static byte[] Related(int count)
    {
        var docx = new DocxBuilder();
        for (var i = 0; i < count; i++)
        {
            docx.Link($"rId{i}", $"http://example.org/{i}");
        }

        return docx.Build("<w:p><w:hyperlink r:id=\"rId1\"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>");
    }

    private static byte[] Swapped(string part, string content) => DocxBuilder.Swap(DocxBuilder.Of("<w:p><w:r><w:t>x</w:t></w:r></w:p>"), part, Encoding.UTF8.GetBytes(content));

    private static DocxBuilder Many(DocxBuilder docx, int parts)
    {
        for (var i = 0; i < parts; i++)
        {
            docx.Part($"word/p{i}.xml", "");
        }

        return docx;
    }

    /// <summary>Text that does not pack to nothing, so that no bomb's rule stops it.</summary>
    private static string Varied(int length)
    {
        var random = new Random(5);
        return string.Create(length, random, static (span, random) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = (char)('a' + random.Next(26));
            }
        });
    }

    private static string Times(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string Many(int times, Func<int, string> text) => string.Concat(Enumerable.Range(0, times).Select(text));
}
