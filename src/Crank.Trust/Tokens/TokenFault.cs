namespace Crank.Trust.Tokens;

/// <summary>Why a token is refused. The names are in problem documents and counters: they keep their meaning.</summary>
public enum TokenFault
{
    /// <summary>It is no compact JWS with a JSON object in it, or is too long.</summary>
    Malformed,

    /// <summary>Its <c>alg</c> is not accepted; <c>none</c> never is.</summary>
    Algorithm,

    /// <summary>Its header asks for something that is not understood (<c>crit</c>, <c>b64</c>), brings its own key, or is of another type.</summary>
    Header,

    /// <summary>No key of the issuer has its <c>kid</c>.</summary>
    UnknownKey,

    /// <summary>The signature is not one of the issuer's keys.</summary>
    Signature,

    /// <summary>It is another issuer's.</summary>
    Issuer,

    /// <summary>It is meant for somebody else.</summary>
    Audience,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its time has not come.</summary>
    NotYet,

    /// <summary>A claim is missing, of another type, or says more than is allowed.</summary>
    Claims,

    /// <summary>It was used before, and is good for one use.</summary>
    Replayed,
}
