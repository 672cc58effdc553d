namespace Crank.Doc.Writing;

/// <summary>What a caller may ask of a writer.</summary>
public sealed record WriterOptions
{
    /// <summary>The options of the product.</summary>
    public static WriterOptions Default { get; } = new();

    /// <summary>HTML: only what belongs inside <c>body</c>, without head. Default false.</summary>
    public bool Fragment { get; init; }

    /// <summary>The longest result, in UTF-16 units. Default 48 Mi.</summary>
    public int MaxLength { get; init; } = 48 << 20;
}
