namespace Crank.Mesh.Run;

/// <summary>Bytes that a worker delivered beside its JSON.</summary>
/// <param name="MediaType">What the worker says they are.</param>
/// <param name="Content">The bytes; within the output limit of the capability.</param>
public sealed record OutputBlob(string MediaType, ReadOnlyMemory<byte> Content);
