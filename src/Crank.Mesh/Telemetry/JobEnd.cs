using Crank.Core;

namespace Crank.Mesh.Telemetry;

/// <summary>A job that ended, as far as figures need it.</summary>
/// <param name="Capability">What it ran, or was refused to run.</param>
/// <param name="State">How it ended.</param>
/// <param name="Fault">On whose account it was not done.</param>
/// <param name="Duration">From acceptance to receipt.</param>
/// <param name="At">When it ended.</param>
/// <param name="Ran">How long its tries took together; null when it never ran.</param>
public readonly record struct JobEnd(CapabilityVersion Capability, JobState State, JobFault Fault, TimeSpan Duration, DateTimeOffset At, TimeSpan? Ran = null)
{
    /// <summary>The end that a receipt tells of.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="capability">What it ran; null when that is not known any more.</param>
    internal static JobEnd Of(Receipt receipt, Capability? capability) => new(
        receipt.Capability, receipt.State, JobTelemetry.FaultOf(receipt.State, receipt.Error, capability), receipt.FinishedAt - receipt.AcceptedAt, receipt.FinishedAt,
        receipt.Attempts.IsEmpty ? null : receipt.Attempts.Aggregate(TimeSpan.Zero, (sum, attempt) => sum + attempt.Took.Time));
}
