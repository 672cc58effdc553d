using System.Collections.Immutable;
using Crank.Mesh.Path;

namespace Crank.Mesh.Registry;

/// <summary>What a check gives a capability to do.</summary>
/// <param name="Input">The input as UTF-8 JSON, without its blobs.</param>
/// <param name="Blobs">The blobs of the input, by the member that holds them.</param>
/// <param name="IsDeclared">True when its author declared it as an example: then it must be done. Else it was made from the schema, and a declared error is an answer too.</param>
public sealed record CheckInput(ReadOnlyMemory<byte> Input, ImmutableDictionary<string, BlobSource> Blobs, bool IsDeclared);
