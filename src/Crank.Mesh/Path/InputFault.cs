namespace Crank.Mesh.Path;

/// <summary>One way in which an input breaks the schema of its capability.</summary>
/// <param name="Pointer">Where in the input, as a JSON Pointer (RFC 6901); empty for the whole.</param>
/// <param name="Message">What is allowed and what was found, for people.</param>
public sealed record InputFault(string Pointer, string Message);
