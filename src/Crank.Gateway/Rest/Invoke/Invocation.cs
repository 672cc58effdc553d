using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Path;

namespace Crank.Gateway.Rest.Invoke;

/// <summary>What a body asks for, in whichever form it came.</summary>
/// <param name="Input">The input as UTF-8 JSON, without its files.</param>
/// <param name="Blobs">The files by the member that holds them.</param>
/// <param name="Terms">The terms.</param>
/// <param name="IsForm">True when the body was the file itself or a form: then a result that is a file is sent as it is, unless the caller asks for JSON.</param>
internal sealed record Invocation(ReadOnlyMemory<byte> Input, ImmutableDictionary<string, BlobSource> Blobs, Terms Terms, bool IsForm);
