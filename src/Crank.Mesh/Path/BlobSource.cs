namespace Crank.Mesh.Path;

/// <summary>Bytes of an input that travel beside its JSON: a file or a spooled stream that can be opened more than once.</summary>
/// <param name="Length">Exact number of bytes.</param>
/// <param name="Open">Opens the bytes from the start; the caller disposes the stream.</param>
/// <param name="Name">The file's name without its folder, as a hint only; null when there is none.</param>
public sealed record BlobSource(long Length, Func<Stream> Open, string? Name = null);
