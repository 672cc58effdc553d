using System.IO.Compression;
using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Tests.Samples;

public sealed class SampleTests
{
    public static TheoryData<string, DocumentFormat> Samples => new()
    {
        { "annual-report.docx", DocumentFormat.Docx },
        { "annual-report.html", DocumentFormat.Html },
        { "notes.md", DocumentFormat.Markdown },
    };

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_becomes_what_was_read_and_found_right(string file, DocumentFormat format)
    {
        var document = Read(file, format);
        Golden.Check($"{file}.golden.md", document.ToMarkdown());
        Golden.Check($"{file}.golden.html", document.ToHtml());
        Golden.Check($"{file}.golden.txt", document.ToText());
    }

    [Fact]
    public void The_report_is_what_its_generator_writes()
    {
        if (Environment.GetEnvironmentVariable("CRANK_WRITE_SAMPLES") is { Length: > 0 } folder)
        {
            File.WriteAllBytes(Path.Combine(folder, "annual-report.docx"), AnnualReport.Build());
        }

        Assert.Equal(Parts(AnnualReport.Build()), Parts(File.ReadAllBytes(Sample("annual-report.docx"))));
    }

    [Fact]
    public void The_report_says_what_it_is_and_what_was_lost()
    {
        var document = Read("annual-report.docx", DocumentFormat.Docx);
        Assert.Equal("Harbour Quarter Energy Cooperative: Annual Report 2025", document.Metadata.Title);
        Assert.Equal(["Ines Carvalho", "Tomas Lindqvist"], document.Metadata.Authors);
        Assert.Equal("en-GB", document.Metadata.Language);
        Assert.Equal(3, document.Metadata.Pages);
        Assert.Equal([new Loss(LossKind.ImageDropped, 1)], document.Losses);
        Assert.Empty(document.Findings);
    }

    private static Document Read(string file, DocumentFormat format) =>
        DocumentReaders.Read(format, File.ReadAllBytes(Sample(file)), ReaderOptions.Default, Tests.Reading.Budget());

    private static string Sample(string file) => Path.Combine(AppContext.BaseDirectory, "samples", file);

    private static List<(string Name, string Content)> Parts(byte[] package)
    {
        using var zip = new ZipArchive(new MemoryStream(package));
        return [.. zip.Entries.Select(e =>
        {
            using var reader = new StreamReader(e.Open());
            return (e.FullName, reader.ReadToEnd());
        })];
    }
}
