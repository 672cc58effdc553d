namespace Crank.Gateway.Identity.Keys;

/// <summary>Why a key was not made, rotated or revoked.</summary>
public enum KeyFault
{
    /// <summary>The tenant has no such key.</summary>
    NotFound,

    /// <summary>The tenant has no such principal.</summary>
    NoPrincipal,

    /// <summary>It would do more than its maker may.</summary>
    TooMuch,

    /// <summary>It would live longer than is allowed, or not at all.</summary>
    Lifetime,

    /// <summary>The tenant has as many keys as it may.</summary>
    TooMany,

    /// <summary>Its budget is in another currency or below zero, or its maker has a budget of its own, which it shares.</summary>
    Budget,

    /// <summary>It has ended: there is nothing to rotate.</summary>
    Ended,

    /// <summary>It was changed at the same time.</summary>
    Changed,
}
