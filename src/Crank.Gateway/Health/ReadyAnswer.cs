using Crank.Core;

namespace Crank.Gateway.Health;

/// <summary>What came of a question whether the mesh is ready.</summary>
/// <param name="Ready">The job was done.</param>
/// <param name="Job">The job; null when there was none.</param>
/// <param name="Why">Why it was not done; null when it was.</param>
internal sealed record ReadyAnswer(bool Ready, JobId? Job, string? Why);
