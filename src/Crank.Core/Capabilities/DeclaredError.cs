namespace Crank.Core;

/// <summary>A way in which a capability says that a job was not done.</summary>
/// <param name="Code">What callers match on; never changes its meaning within a major version.</param>
/// <param name="Meaning">When it happens and what to try, for people.</param>
/// <param name="Retryable">True when the same job may succeed on another offer; false when the fault is in the input.</param>
public sealed record DeclaredError(ErrorCode Code, string Meaning, bool Retryable);
