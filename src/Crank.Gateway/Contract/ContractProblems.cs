using System.Collections.Immutable;
using Crank.Gateway.Problems;
using Crank.Mesh.Path;

namespace Crank.Gateway.Contract;

/// <summary>Which problems an operation may answer with.</summary>
internal static class ContractProblems
{
    private static readonly ImmutableArray<ProblemCode> s_path =
    [
        Path(RefusalCodes.NoFunds.Value, 402, "No funds"), Path(RefusalCodes.OverBudget.Value, 402, "Over budget"), ProblemCodes.Forbidden,
        Path(RefusalCodes.LockedDown.Value, 403, "Locked down"),
        Path(RefusalCodes.UnknownCapability.Value, 404, "Unknown capability"), Path(RefusalCodes.KeyConflict.Value, 409, "Key conflict"),
        Path(RefusalCodes.Cancelled.Value, 409, "Cancelled"), Path(RefusalCodes.NoneWithinTerms.Value, 412, "None within terms"), ProblemCodes.TooLarge, ProblemCodes.BadInput,
        ProblemCodes.Internal, Path(RefusalCodes.OutcomeUnknown.Value, 500, "Outcome unknown"),
        Path(RefusalCodes.BadOutput.Value, 502, "Not done"), Path(RefusalCodes.IsolationTooWeak.Value, 502, "Isolation too weak"),
        Path(RefusalCodes.Interrupted.Value, 502, "Interrupted"), Path(RefusalCodes.NoOffer.Value, 503, "No offer"), Path(RefusalCodes.Busy.Value, 503, "Busy"),
        Path(RefusalCodes.StorageFailed.Value, 503, "Storage failed"), Path(RefusalCodes.DeadlinePassed.Value, 504, "Deadline passed"),
    ];

    private static readonly AnswerHeader s_retryAfter = new("Retry-After", "Seconds until the same request may be taken.", """{"type":"integer","minimum":0}""");

    /// <summary>True when a status may carry codes that no list here knows: those that a capability declares.</summary>
    public static bool TakesDeclaredCodes(Operation operation, int status) => operation.RunsJobs && status == 502;

    /// <summary>Every problem of an operation: its own, those of the path when it runs jobs, and those that every operation has.</summary>
    public static IEnumerable<ProblemCode> Of(Operation operation, bool scoped)
    {
        var all = operation.Problems
            .Append(ProblemCodes.BadRequest).Append(ProblemCodes.Internal).Append(ProblemCodes.Unavailable).Append(ProblemCodes.OverQuota)
            .Append(ProblemCodes.HeadersTooLarge);
        if (scoped)
        {
            all = all.Append(ProblemCodes.Unauthenticated).Append(ProblemCodes.Forbidden);
        }

        if (operation.Body.Length > 0)
        {
            all = all.Append(ProblemCodes.RequestTimeout).Append(ProblemCodes.TooLarge).Append(ProblemCodes.UnsupportedMediaType);
        }

        return operation.RunsJobs ? all.Concat(s_path) : all;
    }

    /// <summary>The header fields that go with a status.</summary>
    public static ImmutableArray<AnswerHeader> HeadersOf(int status) => status switch
    {
        401 => [new("WWW-Authenticate", "How to authenticate, RFC 9110 section 11.6.1.")],
        429 =>
        [
            s_retryAfter, new("RateLimit", "The limit that is nearest to its end: what is left of it and when it is whole again."),
            new("RateLimit-Policy", "The limits in force."),
        ],
        503 => [s_retryAfter],
        _ => [],
    };

    private static ProblemCode Path(string code, int status, string title) => new(code, status, title);
}
