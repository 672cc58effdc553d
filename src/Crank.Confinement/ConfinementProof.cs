namespace Crank.Confinement;

/// <summary>
/// What a worker showed about its own walls before it took any input: only what it tried and saw refused.
/// Prints as tokens joined by <c>+</c>, such as <c>env+rlimits+gc-limit+seccomp+landlock-7</c>, or <c>none</c>.
/// </summary>
/// <param name="Tokens">The layers proved, in the order of receipts.</param>
/// <param name="Missing">The layers wanted and not proved, each with what was seen instead.</param>
public sealed record ConfinementProof(IReadOnlyList<string> Tokens, IReadOnlyList<MissingLayer> Missing)
{
    /// <summary>Nothing proved, nothing wanted: the program was not started as a worker.</summary>
    public static ConfinementProof None { get; } = new([], []);

    /// <summary>The tokens joined by <c>+</c>.</summary>
    public override string ToString() => Tokens.Count == 0 ? "none" : string.Join('+', Tokens);
}
