namespace Crank.Mesh.Run;

/// <summary>How far a job is, as its worker tells.</summary>
/// <param name="Share">0 to 1.</param>
/// <param name="Note">What it is doing, for people; at most 200 characters, control characters removed.</param>
public readonly record struct JobProgress(double Share, string? Note);
