using System.IO.Compression;
using System.Text;
using Crank.Doc.Converting;
using Crank.Doc.Detect;
using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Tests.Detect;

public sealed class TypeDetectorTests
{
    public static TheoryData<string, byte[]> Samples => new()
    {
        { "pdf", "%PDF-1.4\n"u8.ToArray() },
        { "pdf", "\r\n\r\n%PDF-1.4\n"u8.ToArray() },
        { "png", [0x89, .. "PNG\r\n\u001A\n"u8] },
        { "gzip", [0x1F, 0x8B, 8, 0, 0] },
        { "rtf", @"{\rtf1\ansi x}"u8.ToArray() },
        { "doc", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[100], .. Encoding.Unicode.GetBytes("WordDocument")] },
        { "ooxml-encrypted", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[100], .. Encoding.Unicode.GetBytes("EncryptedPackage")] },
        { "docx", Zip("[Content_Types].xml", "word/document.xml") },
        { "docx", Zip(@"word\document.xml") },
        { "xlsx", Zip("[Content_Types].xml", "xl/workbook.xml") },
        { "zip", Zip("a.txt") },
        { "html", "<!DOCTYPE html><title>x</title>"u8.ToArray() },
        { "html", "<div>x</div>"u8.ToArray() },
        { "xml", "<?xml version='1.0'?><order/>"u8.ToArray() },
        { "svg", "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray() },
        { "eml", "From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nhello"u8.ToArray() },
        { "latex", "\\documentclass{article}\n\\begin{document}x\\end{document}"u8.ToArray() },
        { "json", "{\"a\": [1, 2]}"u8.ToArray() },
        { "webvtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nx"u8.ToArray() },
        { "csv", "a,b,c\n1,2,3\n4,5,6\n"u8.ToArray() },
        { "csv", "name;price\nchair;12,50\ntable;80,00\n"u8.ToArray() },
        { "markdown", "# Title\n\n- one\n- two\n\n[x](http://example.org)\n"u8.ToArray() },
        { "text", "Hello, this is a letter, and no table, list or page.\nIt goes on, and on, and on.\n"u8.ToArray() },
    };

    [Theory, MemberData(nameof(Samples))]
    public void The_content_says_what_a_file_is(string key, byte[] content) => Assert.Equal(key, TypeDetector.Detect(content).Type?.Key);

    [Fact]
    public void Bytes_that_are_nothing_known_are_nothing()
    {
        var bytes = new byte[4096];
        new Random(7).NextBytes(bytes);
        Assert.Null(TypeDetector.Detect(bytes).Type);
    }

    [Fact]
    public void A_name_that_says_otherwise_is_reported_and_not_believed()
    {
        var read = DocumentConversion.Read("<!doctype html><p>x"u8.ToArray(), "report.pdf", null, ReaderOptions.Default, Budgets.Fresh());
        Assert.Equal("html", read.Type.Key);
        Assert.Contains(read.Document.Findings, f => f.Kind == FindingKind.TypeMismatch);
    }

    [Fact]
    public void Plain_text_under_the_name_of_a_package_is_refused_until_somebody_says_so()
    {
        var content = "Just some words."u8.ToArray();
        Assert.Equal(RefusalReason.WrongFormat, Assert.Throws<DocumentRefusedException>(() => DocumentConversion.Read(content, "a.docx", null, ReaderOptions.Default, Budgets.Fresh())).Reason);
        Assert.Equal("text", DocumentConversion.Read(content, "a.docx", DocumentFormat.Text, ReaderOptions.Default, Budgets.Fresh()).Type.Key);
    }

    [Fact]
    public void A_type_that_is_not_read_is_refused_by_its_name()
    {
        var refusal = Assert.Throws<DocumentRefusedException>(() => DocumentConversion.Read(Zip("xl/workbook.xml"), null, null, ReaderOptions.Default, Budgets.Fresh()));
        Assert.Equal(RefusalReason.UnsupportedFormat, refusal.Reason);
        Assert.Contains("xlsx", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_caller_says_must_agree_with_the_content() =>
        Assert.Equal(RefusalReason.WrongFormat, Assert.Throws<DocumentRefusedException>(() =>
            DocumentConversion.Read("%PDF-1.4"u8.ToArray(), null, DocumentFormat.Html, ReaderOptions.Default, Budgets.Fresh())).Reason);

    [Fact]
    public void Every_type_stands_in_the_published_list()
    {
        var list = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "doc-formats.md"));
        Assert.All(FileTypes.All, type => Assert.Contains($"| `{type.Key}` | {type.Title} | `{type.MediaType}` | {(type.ReadAs is null ? "refused by name" : "read")} |", list, StringComparison.Ordinal));
    }

    private static byte[] Zip(params string[] names)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in names)
            {
                zip.CreateEntry(name);
            }
        }

        return bytes.ToArray();
    }
}
