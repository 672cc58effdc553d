using System.Collections.Immutable;

namespace Crank.Doc.Detect;

/// <summary>What a file is, by its content.</summary>
/// <param name="Type">The type; null when the bytes are of none known here.</param>
/// <param name="Confidence">0 to 1: 1 for a signature, less for statistics.</param>
/// <param name="Reasons">What was seen, for people.</param>
/// <param name="Mismatch">The type that the name claims, when it is another; null otherwise.</param>
public sealed record DetectedType(FileType? Type, double Confidence, ImmutableArray<string> Reasons, FileType? Mismatch);
