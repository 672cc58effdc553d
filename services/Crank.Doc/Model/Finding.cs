namespace Crank.Doc.Model;

/// <summary>Something about the input that its reader should know before trusting it.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Detail">Where or what, in at most 200 characters, e.g. the host of an external reference.</param>
public sealed record Finding(FindingKind Kind, string Detail);
