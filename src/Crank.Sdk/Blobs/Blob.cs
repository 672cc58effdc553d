using System.Text.Json.Serialization;
using Crank.Core;

namespace Crank.Sdk;

/// <summary>A file or other large content, named by its digest; its bytes travel beside the JSON.</summary>
/// <param name="Digest">SHA-256 of the bytes.</param>
/// <param name="Length">Number of bytes.</param>
/// <param name="MediaType">Media type as its maker says; not checked. May be absent.</param>
/// <param name="Name">File name as its maker says; never used as a path. May be absent.</param>
[JsonConverter(typeof(BlobJson))]
public sealed record Blob(Digest Digest, long Length, string? MediaType = null, string? Name = null);
