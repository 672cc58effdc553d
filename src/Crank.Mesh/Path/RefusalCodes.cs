using Crank.Core;

namespace Crank.Mesh.Path;

/// <summary>The codes that the path itself refuses with; a test holds them against <c>docs/errors.md</c>.</summary>
public static class RefusalCodes
{
    /// <summary>The input does not fit the schema of the capability.</summary>
    public static ErrorCode BadInput { get; } = ErrorCode.Parse("bad-input");

    /// <summary>The input is larger than the capability takes.</summary>
    public static ErrorCode TooLarge { get; } = ErrorCode.Parse("too-large");

    /// <summary>No capability of that name or compatible version.</summary>
    public static ErrorCode UnknownCapability { get; } = ErrorCode.Parse("unknown-capability");

    /// <summary>The policy says no.</summary>
    public static ErrorCode Forbidden { get; } = ErrorCode.Parse("forbidden");

    /// <summary>The mesh is locked down: it takes no job, whatever the policy says.</summary>
    public static ErrorCode LockedDown { get; } = ErrorCode.Parse("locked-down");

    /// <summary>Nobody offers the capability now.</summary>
    public static ErrorCode NoOffer { get; } = ErrorCode.Parse("no-offer");

    /// <summary>There are offers, and none within the terms.</summary>
    public static ErrorCode NoneWithinTerms { get; } = ErrorCode.Parse("none-within-terms");

    /// <summary>The most it can cost is over the budget.</summary>
    public static ErrorCode OverBudget { get; } = ErrorCode.Parse("over-budget");

    /// <summary>The account would fall below its limit.</summary>
    public static ErrorCode NoFunds { get; } = ErrorCode.Parse("no-funds");

    /// <summary>The API key would spend more than it may.</summary>
    public static ErrorCode KeyBudgetSpent { get; } = ErrorCode.Parse("key-budget-spent");

    /// <summary>The idempotency key was used for another request.</summary>
    public static ErrorCode KeyConflict { get; } = ErrorCode.Parse("key-conflict");

    /// <summary>No candidate had room for the job.</summary>
    public static ErrorCode Busy { get; } = ErrorCode.Parse("busy");

    /// <summary>The deadline passed before a result was delivered.</summary>
    public static ErrorCode DeadlinePassed { get; } = ErrorCode.Parse("deadline-passed");

    /// <summary>The caller took the job back.</summary>
    public static ErrorCode Cancelled { get; } = ErrorCode.Parse("cancelled");

    /// <summary>The controller stopped while the job ran.</summary>
    public static ErrorCode Interrupted { get; } = ErrorCode.Parse("interrupted");

    /// <summary>The worker answered with something that is not what the capability promises.</summary>
    public static ErrorCode BadOutput { get; } = ErrorCode.Parse("bad-output");

    /// <summary>The isolation proved in the worker is weaker than what was demanded.</summary>
    public static ErrorCode IsolationTooWeak { get; } = ErrorCode.Parse("isolation-too-weak");

    /// <summary>A defect: of a capability that failed in a way it does not declare, of what runs it, or of the path itself.</summary>
    public static ErrorCode Internal { get; } = ErrorCode.Parse("internal");

    /// <summary>The data folder cannot be written: full, read-only or damaged.</summary>
    public static ErrorCode StorageFailed { get; } = ErrorCode.Parse("storage-failed");

    /// <summary>The first job with this key has not ended in this process: its outcome is not known.</summary>
    public static ErrorCode OutcomeUnknown { get; } = ErrorCode.Parse("outcome-unknown");

    /// <summary>The queue takes no more jobs of that tenant, capability or priority now.</summary>
    public static ErrorCode QueueFull { get; } = ErrorCode.Parse("queue-full");

    /// <summary>The controller is about to stop and takes nothing new.</summary>
    public static ErrorCode Stopping { get; } = ErrorCode.Parse("stopping");

    /// <summary>Every code, in the order of the list.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        BadInput, TooLarge, UnknownCapability, Forbidden, LockedDown, NoOffer, NoneWithinTerms, OverBudget, NoFunds, KeyBudgetSpent, KeyConflict,
        Busy, DeadlinePassed, Cancelled, Interrupted, BadOutput, IsolationTooWeak, Internal, StorageFailed, OutcomeUnknown,
        QueueFull, Stopping,
    ];

    /// <summary>What kind of no a stored end was; worded the same as when it was given first.</summary>
    internal static RefusalKind KindOf(JobState state, ErrorCode code) => state switch
    {
        JobState.Cancelled => RefusalKind.Cancelled,
        JobState.Expired => RefusalKind.Deadline,
        JobState.Refused => KindOf(code),
        JobState.Failed when code == Busy || code == StorageFailed => KindOf(code),
        _ => RefusalKind.NotDone,
    };

    private static RefusalKind KindOf(ErrorCode code) => code switch
    {
        _ when code == BadInput || code == TooLarge => RefusalKind.BadInput,
        _ when code == Forbidden || code == LockedDown => RefusalKind.Policy,
        _ when code == NoOffer || code == NoneWithinTerms || code == Busy => RefusalKind.NoOffer,
        _ when code == OverBudget || code == NoFunds || code == KeyBudgetSpent => RefusalKind.NoFunds,
        _ when code == KeyConflict => RefusalKind.Conflict,
        _ when code == StorageFailed => RefusalKind.Storage,
        _ => RefusalKind.NotDone,
    };
}
