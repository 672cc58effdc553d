namespace Crank.Session.Controller;

/// <summary>A blob that an invocation may read; opened only when the worker asks for its first byte.</summary>
/// <param name="Key">What the input JSON calls it, such as its digest.</param>
/// <param name="Length">Exact number of bytes.</param>
/// <param name="Open">Opens it; the session disposes the stream. Called at most once.</param>
public sealed record InputBlob(string Key, long Length, Func<CancellationToken, ValueTask<Stream>> Open);
