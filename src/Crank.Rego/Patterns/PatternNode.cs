namespace Crank.Rego.Patterns;

/// <summary>A parsed pattern. Code points, not UTF-16 units, are its alphabet.</summary>
internal abstract record PatternNode
{
    private PatternNode()
    {
    }

    /// <summary>One code point out of a set.</summary>
    public sealed record OneOf(RuneRanges Set) : PatternNode
    {
        public RuneRanges Set { get; } = Set.Settled();
    }

    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    public sealed record Alternatives(IReadOnlyList<PatternNode> Choices) : PatternNode;

    /// <summary>Repetition; <paramref name="Max"/> is -1 for no end.</summary>
    public sealed record Repeat(PatternNode What, int Min, int Max, bool Lazy) : PatternNode;

    /// <summary>A capturing group; groups are numbered in the order of their opening parenthesis, from 1.</summary>
    public sealed record Capture(PatternNode What) : PatternNode;

    /// <summary>A place between code points, in the words of .NET: <c>\A</c>, <c>\z</c>, <c>\b</c>, <c>\B</c>, and <c>^</c> or <c>$</c> for a line's ends.</summary>
    public sealed record Place(string Anchor) : PatternNode;
}
