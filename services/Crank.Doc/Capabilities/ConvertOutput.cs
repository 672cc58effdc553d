using Crank.Doc.Writing;
using Crank.Sdk;

namespace Crank.Doc.Capabilities;

/// <summary>What <c>doc.convert</c> gives.</summary>
/// <param name="Result">The converted document in UTF-8; lines end with a line feed.</param>
/// <param name="Format">What the result is.</param>
/// <param name="From">What the document was read as, such as docx.</param>
/// <param name="Pages">Number of pages, the file's own or estimated at 500 words a page.</param>
/// <param name="Words">Number of words.</param>
/// <param name="Losses">What of the document is not in the result, counted by kind. Empty: nothing was lost that is known.</param>
/// <param name="Findings">What somebody should know before trusting the document.</param>
public sealed record ConvertOutput(
    Blob Result,
    OutputFormat Format,
    string From,
    int Pages,
    long Words,
    IReadOnlyList<CountedLoss> Losses,
    IReadOnlyList<ReportedFinding> Findings);
