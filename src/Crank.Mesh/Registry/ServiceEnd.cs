namespace Crank.Mesh.Registry;

/// <summary>Why a session with a service from outside ended. The names are labels of metrics: append only.</summary>
public enum ServiceEnd
{
    /// <summary>It was not taken in: what it is or says does not hold.</summary>
    Refused = 0,

    /// <summary>It was not taken in: there are too many.</summary>
    Full = 1,

    /// <summary>It left in order.</summary>
    Left = 2,

    /// <summary>Its connection ended without a word.</summary>
    Gone = 3,

    /// <summary>It did not answer for the length of its lease.</summary>
    Silent = 4,

    /// <summary>It broke the protocol.</summary>
    Broken = 5,

    /// <summary>The mesh stopped, or its key was revoked.</summary>
    Stopped = 6,
}
