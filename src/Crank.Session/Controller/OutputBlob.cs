namespace Crank.Session.Controller;

/// <summary>A blob that an invocation is making.</summary>
/// <param name="Number">Its number in the invocation, from 0 in the order of opening.</param>
/// <param name="MediaType">As the worker says; not checked.</param>
/// <param name="Name">A file name the worker suggests; foreign text, may be absent.</param>
/// <param name="Content">Its bytes. Reads to the end only if the blob is complete; otherwise the read throws.</param>
public sealed record OutputBlob(int Number, string MediaType, string? Name, Stream Content);
