using System.Text;
using System.Text.Json.Serialization.Metadata;
using Crank.Doc.Converting;
using Crank.Doc.Writing;
using Crank.Sdk;

namespace Crank.Doc.Capabilities;

/// <summary>Converts a document (docx, html, markdown, csv, text in any encoding, pdf with a text layer) to Markdown, HTML or plain text, and says what was lost.</summary>
[Capability("doc.convert", "1.0.0", Idempotent = true)]
[Limits(MaxInputBytes = 64L << 20, MaxOutputBytes = 128L << 20, Deadline = "30s")]
[Meters(DocumentJob.PageUnit, DocumentJob.MostPages)]
[Price("job", micros: 500)]
[Price("megabyte", micros: 200)]
[DeclaredError("empty", "The document has no bytes.")]
[DeclaredError("too-large", "The document has more bytes than are read. Split it.")]
[DeclaredError("text-too-long", "The text is longer than is read. Split the document.")]
[DeclaredError("too-many-nodes", "The document has more elements than are read. Split it.")]
[DeclaredError("too-many-cells", "The tables have more cells than are read. Split them.")]
[DeclaredError("too-deep", "The document nests deeper than can be flattened.")]
[DeclaredError("decompression-bomb", "A part unpacks to far more than its size.")]
[DeclaredError("time-budget", "Reading took too long. Split the document.")]
[DeclaredError("encrypted", "The document needs a password. Save it without one.")]
[DeclaredError("damaged", "The document breaks its own format; the message says where.")]
[DeclaredError("wrong-format", "The content is of another type than 'from' or the name says.")]
[DeclaredError("unsupported-format", "A known type that is not read yet; the message names it.")]
[DeclaredError("unknown-format", "The bytes are of no type known here.")]
[DeclaredError("forbidden-xml", "The XML declares a document type, which can hold entity bombs.")]
[DeclaredError("unsupported-encoding", "The encoding asked for is not known.")]
[DeclaredError("result-too-long", "The result would be too long. Split the document.")]
public sealed class ConvertCapability : Capability<ConvertInput, ConvertOutput>
{
    /// <inheritdoc/>
    protected override IJsonTypeInfoResolver JsonTypes => DocJson.Default;

    /// <inheritdoc/>
    public override Task<ConvertOutput> RunAsync(ConvertInput input, JobContext job, CancellationToken cancellationToken) =>
        DocumentJob.RunAsync(async budget =>
        {
            var content = await DocumentJob.TakeAsync(input.Document, job, budget, cancellationToken);
            var read = DocumentJob.Read(content, input.Document, input.From, input.Encoding, budget);
            job.Report(0.7, "read");
            var converted = DocumentConversion.Convert(read, input.To, WriterOptions.Default with { Fragment = input.Fragment });
            DocumentJob.Meter(job, converted.Facts);
            var (mediaType, extension) = Kind(input.To);
            var result = await job.WriteBlobAsync(Encoding.UTF8.GetBytes(converted.Text), mediaType, ResultName(input.Document.Name, extension), cancellationToken);
            return new ConvertOutput(
                result, input.To, converted.From.Key, converted.Facts.Pages, converted.Facts.Words, CountedLoss.Of(converted.Losses), ReportedFinding.Of(converted.Findings));
        }, cancellationToken);

    private static (string MediaType, string Extension) Kind(OutputFormat format) => format switch
    {
        OutputFormat.Html => ("text/html; charset=utf-8", "html"),
        OutputFormat.Text => ("text/plain; charset=utf-8", "txt"),
        _ => ("text/markdown; charset=utf-8", "md"),
    };

    private static string ResultName(string? name, string extension) =>
        (Path.GetFileNameWithoutExtension(name) is { Length: > 0 and < 200 } stem ? stem : "document") + "." + extension;
}
