using Crank.Doc.Detect;
using Crank.Doc.Info;
using Crank.Doc.Model;
using Crank.Doc.Reading;
using Crank.Doc.Writing;

namespace Crank.Doc.Converting;

/// <summary>Detects, reads and writes one document.</summary>
public static class DocumentConversion
{
    private const double SureOfContent = 0.95;

    /// <summary>Reads a document as what its content says.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="name">The file's name, when there is one; see <see cref="TypeDetector"/>.</param>
    /// <param name="from">What the caller says it is: one kind of text may be read as another, everything else must agree with the content.</param>
    /// <param name="options">What the caller asks of the reader.</param>
    /// <param name="budget">A fresh budget.</param>
    /// <exception cref="DocumentRefusedException">The document cannot be read.</exception>
    public static ReadDocument Read(ReadOnlyMemory<byte> content, string? name, DocumentFormat? from, ReaderOptions options, ReaderBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        budget.Input(content.Length);
        var detected = TypeDetector.Detect(content.Span, name);
        var type = Chosen(detected, from);
        if (from is null && detected is { Mismatch: { } other, Confidence: < SureOfContent } && !IsText(other))
        {
            throw new DocumentRefusedException(RefusalReason.WrongFormat, $"The name says {other.Title}, the content is {type.Title}. Give 'from' to have it read as {type.Key}, or rename the file.");
        }

        var document = DocumentReaders.Read(type.ReadAs ?? throw NotRead(type), content, options, budget);
        if (detected.Mismatch is { } claimed)
        {
            document = document with { Findings = [.. document.Findings, new Finding(FindingKind.TypeMismatch, $"named as {claimed.Title}, is {type.Title}")] };
        }

        return new ReadDocument(document, type, detected);
    }

    /// <summary>Reads and writes.</summary>
    /// <exception cref="DocumentRefusedException">The document cannot be read, or the result would be too long.</exception>
    public static ConvertedDocument Convert(ReadDocument read, OutputFormat to, WriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(read);
        var written = DocumentWriters.Write(to, read.Document, options);
        return new ConvertedDocument(written.Text, to, read.Type, written.Losses, read.Document.Findings, DocumentFacts.Of(read.Document));
    }

    private static FileType Chosen(DetectedType detected, DocumentFormat? from)
    {
        if (from is not { } asked)
        {
            return detected.Type ?? throw new DocumentRefusedException(RefusalReason.UnknownFormat, "The bytes are of no type known here: neither a known signature nor text.");
        }

        var isText = detected.Type is { } found && (IsText(found) || detected.Confidence < 1);
        var asksText = asked is DocumentFormat.Text or DocumentFormat.Markdown or DocumentFormat.Html or DocumentFormat.Csv;
        return detected.Type?.ReadAs == asked || (isText && asksText)
            ? FileTypes.Of(asked)
            : throw new DocumentRefusedException(RefusalReason.WrongFormat, $"The content is {detected.Type?.Title ?? "of no known type"}, not {FileTypes.Of(asked).Title}. Leave 'from' out to have the type found.");
    }

    private static bool IsText(FileType type) => type.MediaType.StartsWith("text/", StringComparison.Ordinal) || type.Key is "json" or "xml" or "svg" or "latex" or "eml" or "mbox";

    private static DocumentRefusedException NotRead(FileType type) => type.Key == "ooxml-encrypted"
        ? new(RefusalReason.Encrypted, "The document has a password. Save it without one, and send that.")
        : new(RefusalReason.UnsupportedFormat, $"{type.Title} ({type.Key}, {type.MediaType}) is not read yet. Read are: {string.Join(", ", FileTypes.All.Where(t => t.ReadAs is not null).Select(t => t.Key))}.");
}
