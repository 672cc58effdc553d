namespace Crank.Session;

/// <summary>A worker's answer to a ping.</summary>
/// <param name="Ok">Whether it can take work.</param>
/// <param name="Detail">For people: what is wrong; may be absent.</param>
public readonly record struct WorkerHealth(bool Ok, string? Detail = null);
