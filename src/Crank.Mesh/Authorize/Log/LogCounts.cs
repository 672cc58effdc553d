namespace Crank.Mesh.Authorize.Log;

/// <summary>What became of the decisions that were given to a log. Once nothing waits, <c>Asked = Written + Dropped + Lost</c>.</summary>
/// <param name="Asked">Given to it.</param>
/// <param name="Written">Written.</param>
/// <param name="Dropped">Left out by the rule <c>data.system.log.drop</c>.</param>
/// <param name="Lost">Lost, because too many waited or the disk refused them.</param>
/// <param name="Error">Why the last attempt to write failed; null when it did not.</param>
public sealed record LogCounts(long Asked, long Written, long Dropped, long Lost, string? Error);
