using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Mesh.Queue;

/// <summary>What a stored input says besides its JSON.</summary>
/// <param name="Version">The version asked for; null for the newest.</param>
/// <param name="Roles">What the principal's identity said that it may be.</param>
/// <param name="Blobs">The blobs.</param>
internal sealed record StoredInputHeader(SemanticVersion? Version, ImmutableArray<string> Roles, ImmutableArray<StoredBlob> Blobs);
