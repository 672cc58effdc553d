using System.Collections.Immutable;
using Crank.Mesh.Authorize;

namespace Crank.Mesh.Govern;

/// <summary>What a shadow has come to since it was put beside the set in force.</summary>
/// <param name="Set">The shadow.</param>
/// <param name="Since">Since when.</param>
/// <param name="Counts">How many answers there were of each kind.</param>
/// <param name="Unasked">How many questions it was not asked because more came than it could answer beside the work.</param>
/// <param name="Last">The newest differences, newest first; at most <see cref="ShadowBook.KeptDifferences"/>.</param>
public sealed record ShadowStatus(PolicyInForce Set, DateTimeOffset Since, ImmutableSortedDictionary<ShadowKind, long> Counts, long Unasked, ImmutableArray<ShadowDifference> Last);
