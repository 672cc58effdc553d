using System.IO.Compression;
using System.Text;
using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Tests.Docx;

public sealed class DocxReaderTests
{
    [Fact]
    public void Tracked_changes_are_accepted_and_counted()
    {
        var document = Tests.Reading.Docx(DocxBuilder.Of("<w:p><w:r><w:t>kept </w:t></w:r><w:ins w:author=\"a\"><w:r><w:t>added</w:t></w:r></w:ins><w:del w:author=\"a\"><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"));
        Assert.Equal("kept added\n", document.ToText());
        Assert.Equal(2, document.Count(LossKind.TrackedChange));
    }

    [Fact]
    public void Hidden_text_is_left_out_and_reported()
    {
        var document = Tests.Reading.Docx(DocxBuilder.Of("<w:p><w:r><w:t>seen</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:sz w:val=\"2\"/></w:rPr><w:t>tiny</w:t></w:r></w:p>"));
        Assert.Equal("seen\n", document.ToText());
        Assert.True(document.Found(FindingKind.HiddenText));
    }

    [Fact]
    public void A_field_keeps_its_result_and_never_its_code()
    {
        var document = Tests.Reading.Docx(DocxBuilder.Of("<w:p>" + Field(" DDEAUTO c:\\\\cmd.exe \"/k calc.exe\" ", "result") + Field(" HYPERLINK \"https://example.org/\" \\l \"part\" ", "link") + "</w:p>"));
        Assert.Equal("result[link](https://example.org/#part)\n", document.ToMarkdown());
        Assert.True(document.Found(FindingKind.ActiveContent));
    }

    [Fact]
    public void What_lies_outside_is_reported_and_never_fetched()
    {
        var document = Tests.Reading.Docx(new DocxBuilder().Refer("rId9", "attachedTemplate", "http://tracker.example/t.dotm", external: true).Build("<w:p><w:r><w:t>text</w:t></w:r></w:p>"));
        Assert.Equal("text\n", document.ToText());
        Assert.Contains(new Finding(FindingKind.ExternalReference, "attachedTemplate outside the document"), document.Findings);
    }

    [Fact]
    public void A_list_that_was_interrupted_goes_on_counting()
    {
        var numbering = "<w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"3\"/><w:numFmt w:val=\"decimal\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>";
        var document = Tests.Reading.Docx(new DocxBuilder().Story("numbering", "numbering", numbering).Build(Item("a") + Item("b") + "<w:p><w:r><w:t>between</w:t></w:r></w:p>" + Item("c")));
        Assert.Equal("3. a\n4. b\n\nbetween\n\n5. c\n", document.ToMarkdown());
    }

    [Fact]
    public void Deep_nesting_keeps_its_text()
    {
        var controls = string.Concat(Enumerable.Repeat("<w:sdt><w:sdtContent>", 30_000)) + "<w:p><w:r><w:t>inside</w:t></w:r></w:p>" + string.Concat(Enumerable.Repeat("</w:sdtContent></w:sdt>", 30_000));
        Assert.Equal("inside\n", Tests.Reading.Docx(DocxBuilder.Of(controls)).ToText());
        var tables = string.Concat(Enumerable.Repeat("<w:tbl><w:tr><w:tc>", 3000)) + "<w:p><w:r><w:t>inside</w:t></w:r></w:p>" + string.Concat(Enumerable.Repeat("</w:tc></w:tr></w:tbl>", 3000));
        Assert.Contains("inside", Tests.Reading.Docx(DocxBuilder.Of(tables)).ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_runs_set_alike_are_one_text()
    {
        var document = Tests.Reading.Docx(DocxBuilder.Of("<w:p>" + string.Concat(Enumerable.Repeat("<w:r><w:t>x</w:t></w:r>", 100_000)) + "</w:p>"));
        var paragraph = Assert.IsType<Block.Paragraph>(Assert.Single(document.Blocks));
        Assert.Equal(new string('x', 100_000), Assert.IsType<Inline.Text>(Assert.Single(paragraph.Content)).Value);
    }

    [Fact]
    public void Macros_and_embedded_files_are_reported()
    {
        var document = Tests.Reading.Docx(new DocxBuilder().Part("word/vbaProject.bin", [1]).Part("word/embeddings/oleObject1.bin", [2]).Build("<w:p/>"));
        Assert.True(document.Found(FindingKind.ActiveContent));
        Assert.True(document.Found(FindingKind.Attachment));
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"b\">]>", "forbidden_xml")]
    [InlineData("<broken", "damaged")]
    public void Xml_that_no_word_processor_writes_is_refused(string start, string code) =>
        Refused(code, Zip(("word/document.xml", Encoding.UTF8.GetBytes(start + "<w:document/>"))));

    [Fact]
    public void A_bomb_is_refused_before_it_unpacks() =>
        Refused("decompression_bomb", Zip(("word/document.xml", Encoding.UTF8.GetBytes($"<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{new string(' ', 20 << 20)}</w:document>"))));

    [Fact]
    public void A_part_that_is_there_twice_is_refused() =>
        Refused("damaged", Zip(("word/document.xml", "<a/>"u8.ToArray()), ("WORD\\document.xml", "<b/>"u8.ToArray())));

    [Fact]
    public void Encrypted_cut_and_foreign_files_are_told_apart()
    {
        Refused("encrypted", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]);
        Refused("wrong_format", "MZ and more"u8.ToArray());
        Refused("wrong_format", Zip(("xl/workbook.xml", "<a/>"u8.ToArray())));
        Refused("damaged", DocxBuilder.Of("<w:p/>")[..200]);
        Refused("empty", []);
    }

    private static void Refused(string code, byte[] bytes) => Assert.Equal(code, Assert.Throws<DocumentRefusedException>(() => Tests.Reading.Docx(bytes)).Code);

    private static string Item(string text) => $"<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>";

    private static string Field(string code, string result) =>
        $"<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>{result}</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";

    private static byte[] Zip(params (string Name, byte[] Content)[] parts)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in parts)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }
}
