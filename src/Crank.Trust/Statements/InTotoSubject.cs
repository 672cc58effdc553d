namespace Crank.Trust.Statements;

/// <summary>What a statement is about.</summary>
/// <param name="Name">Its name; empty when it has none.</param>
/// <param name="Digests">At least one: algorithm, such as <c>sha256</c>, to value.</param>
public sealed record InTotoSubject(string Name, IReadOnlyDictionary<string, string> Digests);
