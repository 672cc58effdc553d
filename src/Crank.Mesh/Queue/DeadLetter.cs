namespace Crank.Mesh.Queue;

/// <summary>An accepted job that was not done, and not because its caller took it back: kept with its input for somebody to look at.</summary>
/// <param name="Job">The job, which has ended and has its receipt.</param>
/// <param name="Until">From when it is removed by itself.</param>
public sealed record DeadLetter(JobSummary Job, DateTimeOffset Until);
