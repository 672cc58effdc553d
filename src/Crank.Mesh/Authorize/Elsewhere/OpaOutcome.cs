namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>What came of comparing a decision with another OPA's.</summary>
internal enum OpaOutcome
{
    /// <summary>The same.</summary>
    Agreed,

    /// <summary>One allows and the other does not.</summary>
    OtherDecision,

    /// <summary>Both allow, with other constraints or obligations.</summary>
    OtherConstraints,

    /// <summary>It gave no answer.</summary>
    Failed,

    /// <summary>It was not asked: too many wait.</summary>
    Dropped,
}
