using System.Text;
using Crank.Doc.Model;
using Crank.Doc.Text;

namespace Crank.Doc.Info;

/// <summary>What can be counted or guessed about a document.</summary>
/// <param name="Pages">Number of pages: the file's own where it has pages, else estimated at 500 words a page; ≥ 1.</param>
/// <param name="PagesAreEstimated">True when the file has no pages of its own.</param>
/// <param name="Words">Words of the body and its notes; an ideograph or kana counts as one.</param>
/// <param name="Characters">UTF-16 units of the same text, blanks included.</param>
/// <param name="Title">The file's title, else its first heading; null when it has neither.</param>
/// <param name="Language">BCP 47 tag: the file's own, else guessed; null when neither.</param>
/// <param name="LanguageIsGuessed">True when the language comes from the text.</param>
public sealed record DocumentFacts(int Pages, bool PagesAreEstimated, long Words, long Characters, string? Title, string? Language, bool LanguageIsGuessed)
{
    private const int WordsPerPage = 500;
    private const int GuessedFrom = 8_000;

    /// <summary>Counts one document.</summary>
    public static DocumentFacts Of(Document document)
    {
        ArgumentNullException.ThrowIfNull(document);
        long words = 0, characters = 0;
        var sample = new StringBuilder();
        foreach (var text in BlockText.Of(document.Blocks).Concat(document.Footnotes.SelectMany(f => BlockText.Of(f.Content))))
        {
            words += WordsOf(text);
            characters += text.Length;
            if (sample.Length < GuessedFrom)
            {
                sample.Append(text.AsSpan(0, Math.Min(text.Length, GuessedFrom))).Append('\n');
            }
        }

        var metadata = document.Metadata;
        var language = string.IsNullOrWhiteSpace(metadata.Language) ? null : metadata.Language;
        return new DocumentFacts(
            metadata.Pages is > 0 and var pages ? pages : (int)Math.Max(1, (words + WordsPerPage - 1) / WordsPerPage),
            metadata.Pages is not > 0,
            words,
            characters,
            string.IsNullOrWhiteSpace(metadata.Title) ? FirstHeading(document) : metadata.Title,
            language ?? LanguageGuess.Of(sample.ToString()),
            language is null);
    }

    private static string? FirstHeading(Document document) =>
        document.Blocks.OfType<Block.Heading>().Select(h => Inlines.PlainText(h.Content)).FirstOrDefault(t => t.Length > 0);

    private static long WordsOf(string text)
    {
        long words = 0;
        var inside = false;
        foreach (var c in text)
        {
            if (Scripts.Of(c) is Script.Han or Script.Kana)
            {
                words++;
                inside = false;
            }
            else if (char.IsWhiteSpace(c))
            {
                inside = false;
            }
            else if (!inside && char.IsLetterOrDigit(c))
            {
                words++;
                inside = true;
            }
        }

        return words;
    }
}
