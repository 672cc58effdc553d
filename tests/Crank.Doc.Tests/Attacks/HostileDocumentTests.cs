using System.Diagnostics;
using Crank.Doc.Converting;
using Crank.Doc.Reading;
using Crank.Doc.Tests.Docx;
using Crank.Doc.Writing;

namespace Crank.Doc.Tests.Attacks;

/// <summary>
/// Whatever comes in, what goes out is a document or a refusal with its reason, in time. <c>CRANK_WRITE_ATTACKS</c> names a folder
/// to write the attacks to instead, for a trial against a real worker.
/// </summary>
public sealed class HostileDocumentTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("html")]
    [InlineData("md")]
    [InlineData("csv")]
    [InlineData("txt")]
    [InlineData("pdf")]
    [InlineData("docx")]
    public async Task An_attack_is_answered(string format)
    {
        await AllAnsweredAsync(Of(format));
    }

    [Theory]
    [InlineData("annual-report.docx")]
    [InlineData("annual-report.html")]
    [InlineData("leaflet.pdf")]
    [InlineData("notes.md")]
    [InlineData("prices.csv")]
    public async Task A_spoilt_document_is_answered(string sample)
    {
        var good = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "samples", sample), TestContext.Current.CancellationToken);
        await AllAnsweredAsync(HostileDocuments.Spoilt(sample, good));
    }

    [Fact]
    public async Task A_package_with_a_spoilt_part_is_answered()
    {
        var good = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "samples", "annual-report.docx"), TestContext.Current.CancellationToken);
        foreach (var part in new[] { "word/document.xml", "word/numbering.xml", "word/footnotes.xml", "word/_rels/document.xml.rels" })
        {
            await AllAnsweredAsync(HostileDocuments.Spoilt(part.Replace('/', '-') + ".docx", DocxBuilder.PartOf(good, part)).Select(a => (a.Name, DocxBuilder.Swap(good, part, a.Content))));
        }
    }

    [Theory]
    [InlineData(DocumentFormat.Html)]
    [InlineData(DocumentFormat.Markdown)]
    [InlineData(DocumentFormat.Csv)]
    [InlineData(DocumentFormat.Text)]
    public Task Bytes_of_any_kind_read_as_a_text_are_answered(DocumentFormat from) => AllAnsweredAsync(HostileDocuments.Text(), from);

    private static IEnumerable<(string Name, byte[] Content)> Of(string format) => format switch
    {
        "html" => HostileDocuments.Html(),
        "md" => HostileDocuments.Markdown(),
        "csv" => HostileDocuments.Csv(),
        "txt" => HostileDocuments.Text(),
        "pdf" => HostileDocuments.Pdf(),
        _ => HostileDocuments.Docx(),
    };

    private static async Task AllAnsweredAsync(IEnumerable<(string Name, byte[] Content)> attacks, DocumentFormat? from = null)
    {
        var folder = Environment.GetEnvironmentVariable("CRANK_WRITE_ATTACKS");
        var wrong = new List<string>();
        foreach (var (name, content) in attacks)
        {
            if (folder is { Length: > 0 })
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, name), content, TestContext.Current.CancellationToken);
            }
            else if (Problem(content, name, from) is { } problem)
            {
                wrong.Add($"{name}: {problem}");
            }
        }

        Assert.Empty(wrong);
    }

    private static string? Problem(byte[] content, string name, DocumentFormat? from)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var read = DocumentConversion.Read(content, name, from, ReaderOptions.Default, Budgets.Fresh());
            foreach (var format in Enum.GetValues<OutputFormat>())
            {
                DocumentConversion.Convert(read, format, WriterOptions.Default);
            }
        }
        catch (DocumentRefusedException)
        {
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message} {e.StackTrace}";
        }

        var took = Stopwatch.GetElapsedTime(began);
        return took < Limit ? null : $"took {took.TotalSeconds:F1} s";
    }
}
