namespace Crank.Session;

/// <summary>Error codes that every worker may answer with, beside those its capability declares.</summary>
public static class InvocationErrors
{
    /// <summary>The capability broke; retrying the same input will not help.</summary>
    public const string Internal = "internal";

    /// <summary>The controller asked it to stop, and it did.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The time allowed was over.</summary>
    public const string Deadline = "deadline";

    /// <summary>The worker has no such capability, or not in that version.</summary>
    public const string NotFound = "capability-not-found";

    /// <summary>The input does not fit the capability's schema or limits.</summary>
    public const string BadInput = "bad-input";

    /// <summary>The output would be larger than the session or the capability's limits allow.</summary>
    public const string OutputTooLarge = "output-too-large";
}
