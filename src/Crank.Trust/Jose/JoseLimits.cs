namespace Crank.Trust.Jose;

/// <summary>The most that is read of a JOSE object: what is longer is refused before anything is decoded.</summary>
public static class JoseLimits
{
    /// <summary>Characters of one JWS or JWE in any serialization.</summary>
    public const int MaxText = 1024 * 1024;

    /// <summary>Bytes of one header, decoded.</summary>
    public const int MaxHeader = 16 * 1024;

    /// <summary>Bytes of one JWK set, as an issuer serves it.</summary>
    public const int MaxKeySet = 256 * 1024;

    /// <summary>Keys of one set; signatures of one JWS; recipients of one JWE.</summary>
    public const int MaxEntries = 100;

    /// <summary>Levels of JSON in a header, a key or a claims set.</summary>
    public const int MaxDepth = 16;

    /// <summary>Bytes that compressed content may grow to.</summary>
    public const int MaxInflated = 1024 * 1024;
}
