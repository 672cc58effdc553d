namespace Crank.Mesh.Journal;

/// <summary>What one sweep removed.</summary>
/// <param name="Keys">Idempotency keys.</param>
/// <param name="Results">Results.</param>
/// <param name="References">References to blobs.</param>
/// <param name="Records">Records.</param>
/// <param name="Dead">Dead letters.</param>
/// <param name="More">True when a bound was reached and more may be due.</param>
internal sealed record SweepAnswer(int Keys, int Results, int References, int Records, int Dead, bool More);
