using Crank.Doc.Capabilities;
using Crank.Doc.Model;
using Crank.Doc.Reading;
using Crank.Doc.Tests.Pdf;
using Crank.Doc.Writing;
using Crank.Sdk;
using Crank.Sdk.Testing;

namespace Crank.Doc.Tests.Capabilities;

public sealed class DocCapabilityTests
{
    [Fact]
    public async Task A_document_comes_back_converted_with_its_losses_and_pages()
    {
        await using var convert = CapabilityTest.For(new ConvertCapability());
        var run = await convert.RunAsync(new ConvertInput(convert.AddBlob("<h1>Title</h1><p>Some <b>text</b>.</p>", name: "a.html")));
        Assert.Equal("# Title\n\nSome **text**.\n", run.ReadText(run.Output.Result));
        Assert.Equal(("html", OutputFormat.Markdown, 1, 3L, "a.md"), (run.Output.From, run.Output.Format, run.Output.Pages, run.Output.Words, run.Output.Result.Name));
        Assert.Equal(1, run.Units["page"]);
    }

    [Fact]
    public async Task Every_refusal_is_an_error_that_the_capabilities_declare()
    {
        await using var convert = CapabilityTest.For(new ConvertCapability());
        var declared = convert.Descriptor.Errors.Select(e => e.Code.Value).ToHashSet();
        Assert.All(Enum.GetValues<RefusalReason>(), r => Assert.Contains(Codes.Of(r).Replace('_', '-'), declared));
    }

    [Theory]
    [InlineData("empty", "")]
    [InlineData("unsupported-format", @"{\rtf1 x}")]
    [InlineData("damaged", "%PDF-1.7\n")]
    [InlineData("unknown-format", "\u0001\u0002\u0003\u0004\u0005\u0006")]
    public async Task What_cannot_be_read_is_said_by_name(string code, string content)
    {
        await using var convert = CapabilityTest.For(new ConvertCapability());
        var refused = await Assert.ThrowsAsync<CapabilityException>(() => convert.RunAsync(new ConvertInput(convert.AddBlob(content))));
        Assert.Equal(code, refused.Code);
    }

    [Fact]
    public async Task The_type_of_a_file_is_told_with_what_its_name_claims()
    {
        await using var detect = CapabilityTest.For(new DetectCapability());
        var run = await detect.RunAsync(new DetectInput(detect.AddBlob("%PDF-1.7\n", name: "a.docx")));
        Assert.Equal(("pdf", "application/pdf", true, "docx"), (run.Output.Type, run.Output.MediaType, run.Output.CanConvert, run.Output.NamedAs));
    }

    [Fact]
    public async Task Title_pages_words_and_language_of_a_pdf_are_told()
    {
        await using var info = CapabilityTest.For(new InfoCapability());
        var pdf = PdfSamples.OnePage(PdfSamples.Lines(60, 700, 10, "The town lies on the left bank of the river,", "where the old road from the coast ends."));
        var run = await info.RunAsync(new InfoInput(info.AddBlob(pdf)));
        Assert.Equal(("A small leaflet", 1, false, 18L, "en"), (run.Output.Title, run.Output.Pages, run.Output.PagesAreEstimated, run.Output.Words, run.Output.Language));
        Assert.Equal("The Crank project", Assert.Single(run.Output.Authors));
    }

    [Fact]
    public async Task What_a_file_says_about_itself_is_cut_to_what_an_answer_holds()
    {
        await using var info = CapabilityTest.For(new InfoCapability());
        var keywords = string.Join(',', Enumerable.Range(0, 200_000).Select(i => $"key word {i}"));
        var run = await info.RunAsync(new InfoInput(info.AddBlob($"<!doctype html><title>{new string('t', 3 << 20)}</title><meta name=keywords content='{keywords}'><p>text", name: "a.html")));
        Assert.Equal((1000, 100), (run.Output.Title!.Length, run.Output.Keywords.Count));
    }

    [Fact]
    public void The_document_is_the_only_blob_of_every_input() =>
        Assert.All(DocService.Create().Capabilities, c => Assert.Equal("document", c.Descriptor.BlobInput));
}
