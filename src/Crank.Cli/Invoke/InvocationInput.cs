using System.Collections.Immutable;
using Crank.Mesh.Path;

namespace Crank.Cli.Invoke;

/// <summary>The input of a job as the command line gathered it.</summary>
internal sealed record InvocationInput(ReadOnlyMemory<byte> Json, ImmutableDictionary<string, BlobSource> Blobs);
