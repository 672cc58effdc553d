namespace Crank.Gateway.Problems;

/// <summary>A code that an answer of the gateway may carry, with the status that always goes with it.</summary>
/// <param name="Code">What programs match on.</param>
/// <param name="Status">HTTP status, RFC 9110.</param>
/// <param name="Title">The same words each time, for people.</param>
public sealed record ProblemCode(string Code, int Status, string Title);
