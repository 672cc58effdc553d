namespace Crank.Doc.Capabilities;

/// <summary>What <c>doc.info</c> gives. What the file says about itself is not checked.</summary>
/// <param name="Type">What the document was read as, such as docx.</param>
/// <param name="Pages">Number of pages.</param>
/// <param name="PagesAreEstimated">True when the file has no pages of its own and 500 words were taken for one.</param>
/// <param name="Words">Number of words; an ideograph or kana counts as one.</param>
/// <param name="Characters">Number of characters, blanks included.</param>
/// <param name="LanguageIsGuessed">True when the language comes from the text.</param>
/// <param name="Authors">Who wrote it, as the file says.</param>
/// <param name="Keywords">Key words, as the file says.</param>
/// <param name="Other">Other entries of its metadata.</param>
/// <param name="Findings">What somebody should know before trusting the document.</param>
/// <param name="Title">The file's title, else its first heading.</param>
/// <param name="Language">BCP 47 tag, the file's own or guessed from the text.</param>
/// <param name="Subject">What it is about, as the file says.</param>
/// <param name="Created">When it was first written, as the file says.</param>
/// <param name="Modified">When it was last changed, as the file says.</param>
public sealed record InfoOutput(
    string Type,
    int Pages,
    bool PagesAreEstimated,
    long Words,
    long Characters,
    bool LanguageIsGuessed,
    IReadOnlyList<string> Authors,
    IReadOnlyList<string> Keywords,
    IReadOnlyDictionary<string, string> Other,
    IReadOnlyList<ReportedFinding> Findings,
    string? Title = null,
    string? Language = null,
    string? Subject = null,
    DateTimeOffset? Created = null,
    DateTimeOffset? Modified = null);
