using Crank.Core;
using Crank.Mesh.Run;

namespace Crank.Mesh.Path;

/// <summary>An attempt of an earlier run of a queued job, kept until its receipt names it.</summary>
/// <param name="Attempt">What the receipt says of it.</param>
/// <param name="Usage">What it used.</param>
internal sealed record PastAttempt(Attempt Attempt, WorkerUsage Usage);
