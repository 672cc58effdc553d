using Crank.Core;
using Crank.Mesh.Path;

namespace Crank.Mesh.Queue;

/// <summary>What a caller gets for a job that is to run later: a promise or a refusal.</summary>
/// <param name="Job">The job; null when nothing was resolved that could have one.</param>
/// <param name="Refusal">Why it was not accepted; null when it is on disk.</param>
/// <param name="Receipt">What was signed of a refusal; null when the answer has no receipt, or not yet.</param>
/// <param name="Ceiling">The most that it will cost; null when it was not accepted here and now.</param>
/// <param name="ReadyAt">It is not started before; null when it was not accepted here and now.</param>
/// <param name="DueAt">By then it has ended; null when it was not accepted here and now.</param>
/// <param name="Repeated">True when this is the job that was first under the same key.</param>
public sealed record AcceptReport(JobId? Job, Refusal? Refusal, Receipt? Receipt, Money? Ceiling, DateTimeOffset? ReadyAt, DateTimeOffset? DueAt, bool Repeated)
{
    internal static AcceptReport Refused(JobReport report) => new(report.Job, report.Refusal, report.Receipt, null, null, null, report.Repeated);
}
