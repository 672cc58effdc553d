namespace Crank.Gateway.Problems;

/// <summary>One thing that is wrong with a body.</summary>
/// <param name="Pointer">Where, as a JSON Pointer (RFC 6901) into the body; empty for the whole.</param>
/// <param name="Detail">What, for people.</param>
public readonly record struct ProblemPointer(string Pointer, string Detail);
