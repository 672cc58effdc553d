using Crank.Core;
using Crank.Storage;

namespace Crank.Mesh.Recovery;

/// <summary>What recovery did.</summary>
/// <param name="Closed">Jobs that were closed.</param>
/// <param name="Returned">Jobs that went back into the queue.</param>
internal sealed record Recovered(IReadOnlyList<JobId> Closed, IReadOnlyList<QueueRow> Returned);
