using Crank.Storage;

namespace Crank.Mesh.Queue;

/// <summary>A job that waits for its turn.</summary>
/// <param name="Row">Its place as it is stored.</param>
/// <param name="ReadyAt">It is not started before; later than what is stored while nobody offers what it needs.</param>
/// <param name="Waits">How often its turn came and nobody offered what it needs.</param>
internal sealed record QueueEntry(QueueRow Row, DateTimeOffset ReadyAt, int Waits = 0)
{
    public static QueueEntry Of(QueueRow row) => new(row, row.ReadyAt);
}
