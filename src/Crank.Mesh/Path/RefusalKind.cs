namespace Crank.Mesh.Path;

/// <summary>What kind of no an answer is; decides the exit code and the HTTP status, which are stable faces.</summary>
public enum RefusalKind
{
    /// <summary>The input does not fit its schema or its limits: exit 5, 422 or 413.</summary>
    BadInput,

    /// <summary>Nothing of that name: exit 10, 404.</summary>
    NotFound,

    /// <summary>The key was used for another request: exit 10, 409.</summary>
    Conflict,

    /// <summary>The policy says no: exit 3, 403.</summary>
    Policy,

    /// <summary>No money, over budget or over quota: exit 4, 402 or 429.</summary>
    NoFunds,

    /// <summary>Nobody offers it, or nobody within the terms: exit 8, 503 or 412.</summary>
    NoOffer,

    /// <summary>It ran and was not done: exit 6, 502 or the capability's declared error.</summary>
    NotDone,

    /// <summary>The deadline passed: exit 12, 504.</summary>
    Deadline,

    /// <summary>The caller took it back: exit 130.</summary>
    Cancelled,

    /// <summary>Nobody knows whether it was done: exit 7.</summary>
    Unknown,

    /// <summary>The data folder cannot be written: exit 11, 503.</summary>
    Storage,
}
