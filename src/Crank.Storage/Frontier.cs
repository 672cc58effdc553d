namespace Crank.Storage;

internal static class Frontier
{
    /// <summary>The complete subtrees that make up a log of that size, largest first: one for each bit set (RFC 9162, 2.1.2).</summary>
    internal static IEnumerable<(int Level, long Index)> Of(long size)
    {
        for (var level = LogNodeRow.MaxLevel; level >= 0; level--)
        {
            if ((size >> level & 1) == 1)
            {
                yield return (level, (size >> level) - 1);
            }
        }
    }

    internal static StoreException Missing(int level, long index, long size) => new(
        $"The log has {size} leaves, but node {level}/{index} of it is missing: the store is damaged. Restore it from a backup.");
}
