namespace Crank.Mesh.Rollouts;

/// <summary>What is to become of the share of a new version.</summary>
/// <param name="Kind">What.</param>
/// <param name="Why">Why, for people.</param>
public sealed record RolloutVerdict(RolloutVerdict.Answer Kind, string Why)
{
    /// <summary>The three answers.</summary>
    public enum Answer
    {
        /// <summary>It stays as it is.</summary>
        Hold,

        /// <summary>The next step.</summary>
        Promote,

        /// <summary>Nothing any more.</summary>
        RollBack,
    }
}
