using Crank.Core;

namespace Crank.Mesh.Registry;

/// <summary>What became of a registration.</summary>
public abstract record JoinAnswer
{
    private JoinAnswer()
    {
    }

    /// <summary>It is in the registry.</summary>
    /// <param name="Registration">As it stands now.</param>
    public sealed record Joined(Registration Registration) : JoinAnswer;

    /// <summary>It is not.</summary>
    /// <param name="Code">Why, for programs.</param>
    /// <param name="Why">Why, for people, and what to try.</param>
    public sealed record Refused(ErrorCode Code, string Why) : JoinAnswer;
}
