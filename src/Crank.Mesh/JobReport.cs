using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Run;

namespace Crank.Mesh;

/// <summary>What a caller gets for a job: a delivery or a refusal, and its receipt.</summary>
/// <param name="Job">The job; null when nothing was resolved that could have one.</param>
/// <param name="Refusal">Why it was not done; null when done.</param>
/// <param name="Delivery">What was delivered; null when nothing was, or when its time is up.</param>
/// <param name="Receipt">What was signed; null when the answer has no receipt.</param>
/// <param name="Repeated">True when this is the outcome of an earlier job under the same key.</param>
public sealed record JobReport(JobId? Job, Refusal? Refusal, Delivery? Delivery, Receipt? Receipt, bool Repeated);
