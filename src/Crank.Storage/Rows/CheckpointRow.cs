namespace Crank.Storage;

/// <summary>A signed checkpoint of the log.</summary>
/// <param name="Size">How many leaves it covers; unique.</param>
/// <param name="Note">The signed note (C2SP signed-note), whole.</param>
public sealed record CheckpointRow(long Size, string Note);
