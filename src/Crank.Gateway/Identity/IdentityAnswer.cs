namespace Crank.Gateway.Identity;

/// <summary>What an identity source says of a request.</summary>
public abstract record IdentityAnswer
{
    private IdentityAnswer()
    {
    }

    /// <summary>The request carries no credential of this kind: the next source is asked.</summary>
    public static IdentityAnswer None { get; } = new Absent();

    /// <summary>No credential of this kind.</summary>
    public sealed record Absent : IdentityAnswer;

    /// <summary>The credential holds.</summary>
    /// <param name="Caller">Who it is.</param>
    public sealed record Known(Caller Caller) : IdentityAnswer;

    /// <summary>There is a credential and it does not hold: the request is refused, no other source is asked.</summary>
    /// <param name="Detail">What was wrong, for people; nothing secret.</param>
    /// <param name="Try">What to try.</param>
    public sealed record Refused(string Detail, string Try) : IdentityAnswer;
}
