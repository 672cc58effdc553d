namespace Crank.Conformance.Docs;

/// <summary>What the worker said about one document: to every capability, or what went wrong first.</summary>
/// <param name="Code">"ok", or the code of the first capability that refused.</param>
/// <param name="Killed">What ended the worker; null when it lives.</param>
/// <param name="Messages">Everything said beside the results: messages of errors, and the capabilities' own answers.</param>
/// <param name="Format">The type found by content; null when detection itself refused.</param>
/// <param name="Outputs">The document as text, as Markdown, as HTML; empty when it was refused.</param>
/// <param name="Findings">Codes of what was found.</param>
/// <param name="Slowest">The longest that one call took.</param>
/// <param name="PeakBytes">The most memory that a call saw resident.</param>
internal sealed record DocsHostileReply(
    string Code,
    string? Killed,
    IReadOnlyList<string> Messages,
    string? Format,
    IReadOnlyList<string> Outputs,
    IReadOnlySet<string> Findings,
    TimeSpan Slowest,
    long PeakBytes)
{
    public string Text => Outputs.Count > 0 ? Outputs[0] : "";
}
