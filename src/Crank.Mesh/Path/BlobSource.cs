using Crank.Core;

namespace Crank.Mesh.Path;

/// <summary>Bytes of an input that travel beside its JSON: a file or a spooled stream that can be opened more than once.</summary>
/// <param name="Length">Exact number of bytes.</param>
/// <param name="Open">Opens the bytes from the start; the caller disposes the stream.</param>
/// <param name="Name">The file's name without its folder, as a hint only; null when there is none.</param>
/// <param name="Stored">
/// The digest under which the mesh's blob store has exactly these bytes, as whoever put them there knows; null when it does not, and then they are read once to be
/// named. Never a caller's word.
/// </param>
public sealed record BlobSource(long Length, Func<Stream> Open, string? Name = null, Digest? Stored = null);
