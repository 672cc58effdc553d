using Crank.Doc.Csv;
using Crank.Doc.Model;
using Crank.Doc.Pdf;
using Crank.Doc.Reading.Docx;
using Crank.Doc.Reading.Html;
using Crank.Doc.Reading.Markdown;
using Crank.Doc.Text;

namespace Crank.Doc.Reading;

/// <summary>The one door to all readers.</summary>
public static class DocumentReaders
{
    /// <summary>Reads one document. Nothing outside <paramref name="content"/> is ever opened or fetched.</summary>
    /// <param name="format">What the bytes are; decided by content before, see <c>doc.detect</c>.</param>
    /// <param name="content">The whole file.</param>
    /// <param name="options">What the caller asks.</param>
    /// <param name="budget">A fresh budget for this document.</param>
    /// <exception cref="DocumentRefusedException">The document cannot be read; the reason is one of a published list.</exception>
    /// <exception cref="OperationCanceledException">The budget's cancellation was asked for.</exception>
    public static Document Read(DocumentFormat format, ReadOnlyMemory<byte> content, ReaderOptions options, ReaderBudget budget)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(budget);
        budget.Input(content.Length);
        return format switch
        {
            DocumentFormat.Markdown => MarkdownReader.Read(SourceText.Of(content.Span, options), options, budget),
            DocumentFormat.Docx => DocxReader.Read(content, budget),
            DocumentFormat.Html => HtmlReader.Read(SourceText.OfHtml(content.Span, options), budget),
            DocumentFormat.Text => TextReading.Read(content, options, budget),
            DocumentFormat.Csv => CsvReading.Read(content, options, budget),
            DocumentFormat.Pdf => PdfReading.Read(content, budget),
            _ => throw new DocumentRefusedException(RefusalReason.UnsupportedFormat, $"{format} is not read here. See docs/doc-formats.md for the formats that are."),
        };
    }
}
