namespace Crank.Storage;

/// <summary>One complete subtree of the log (RFC 9162, 2.1). Never changed, never removed.</summary>
/// <param name="Level">0 for a leaf; a node of level n covers 2ⁿ leaves. At most <see cref="MaxLevel"/>.</param>
/// <param name="Index">Counted from 0 within the level.</param>
/// <param name="Hash">32 bytes.</param>
public sealed record LogNodeRow(int Level, long Index, byte[] Hash)
{
    /// <summary>The highest level; a log has at most 2⁴⁸ leaves.</summary>
    public const int MaxLevel = 48;
}
