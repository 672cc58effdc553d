using Crank.Doc.Model;
using Crank.Doc.Reading;
using Crank.Doc.Writing.Html;
using Crank.Doc.Writing.Markdown;
using Crank.Doc.Writing.Text;

namespace Crank.Doc.Writing;

/// <summary>The one door to all writers.</summary>
public static class DocumentWriters
{
    /// <summary>Writes one document. Pure: equal inputs give equal results.</summary>
    /// <exception cref="DocumentRefusedException">The result would be longer than <see cref="WriterOptions.MaxLength"/>.</exception>
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
            OutputFormat.Markdown => new MarkdownWriting(options, log).Write(document),
            OutputFormat.Html => new HtmlWriting(options, document).Write(),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Known: text, markdown, html."),
        };
        return new WrittenDocument(text, log.Losses);
    }
}
