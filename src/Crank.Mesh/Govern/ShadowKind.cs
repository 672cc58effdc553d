namespace Crank.Mesh.Govern;

/// <summary>What the answer of a shadow is beside the one in force.</summary>
public enum ShadowKind
{
    /// <summary>The same.</summary>
    Agrees,

    /// <summary>The shadow refuses what is allowed.</summary>
    Stricter,

    /// <summary>The shadow allows what is refused.</summary>
    Looser,

    /// <summary>Both allow, and ask for different constraints or obligations.</summary>
    Different,

    /// <summary>The shadow refuses because it made an error, said nothing, or took too much.</summary>
    Failed,
}
