using Crank.Doc.Model;
using Crank.Doc.Reading;
using Crank.Doc.Writing.Text;

namespace Crank.Doc.Writing;

/// <summary>The one door to all writers.</summary>
public static class DocumentWriters
{
    /// <summary>Writes one document. Pure: equal inputs give equal results.</summary>
    /// <exception cref="DocumentRefusedException">The result would be too long, or the format is not written here.</exception>
    public static WrittenDocument Write(OutputFormat format, Document document, WriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(options);
        var log = new ReadingLog();
        foreach (var loss in document.Losses)
        {
            log.Lose(loss.Kind, loss.Count);
        }

        var text = format switch
        {
            OutputFormat.Text => new TextWriting(options, log).Write(document),
            _ => throw new DocumentRefusedException(RefusalReason.UnsupportedFormat, $"{format} is not written here. See docs/doc-formats.md for the formats that are."),
        };
        return new WrittenDocument(text, log.Losses);
    }
}
