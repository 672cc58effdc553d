using System.Numerics;

namespace Crank.Trust.Log;

/// <summary>
/// Makes and checks the proofs of RFC 9162 section 2.1: that a leaf is in a tree, and that a tree, or one of its subtrees, is a part of a later one.
/// </summary>
/// <remarks>
/// A subtree [start, end) is complete but for its right edge: start is a multiple of the smallest power of two that is at least end − start.
/// Proofs are made from the hashes of full subtrees: <c>nodes(level, index)</c> is the hash over leaves index·2^level to (index+1)·2^level − 1,
/// so that a proof in a log of n leaves asks for O(log² n) of them at most. The checks never throw on any proof.
/// </remarks>
public static class LogProof
{
    /// <summary>No proof about a log whose size is a positive <see cref="long"/> is longer.</summary>
    public const int MaxHashes = 64;

    /// <summary>The path that leads from leaf <paramref name="index"/> to the root of the first <paramref name="size"/> leaves.</summary>
    public static LogHash[] Inclusion(long index, long size, Func<int, long, LogHash> nodes) => Inclusion(index, 0, size, nodes);

    /// <summary>The path from leaf <paramref name="index"/> to the root of the subtree [<paramref name="start"/>, <paramref name="end"/>).</summary>
    public static LogHash[] Inclusion(long index, long start, long end, Func<int, long, LogHash> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        if (!IsSubtree(start, end) || index < start || index >= end)
        {
            throw new ArgumentOutOfRangeException(nameof(index), $"Leaf {index} does not lie in a subtree [{start}, {end}).");
        }

        var path = new List<LogHash>();
        var (from, to) = (start, end);
        while (to - from > 1)
        {
            var middle = from + Half(to - from);
            if (index < middle)
            {
                path.Add(Root(middle, to, nodes));
                to = middle;
            }
            else
            {
                path.Add(Root(from, middle, nodes));
                from = middle;
            }
        }

        path.Reverse();
        return [.. path];
    }

    /// <summary>The proof that the tree of the first <paramref name="size1"/> leaves is the beginning of the tree of the first <paramref name="size2"/>.</summary>
    public static LogHash[] Consistency(long size1, long size2, Func<int, long, LogHash> nodes) => Consistency(0, size1, size2, nodes);

    /// <summary>The proof that the subtree [<paramref name="start"/>, <paramref name="end"/>) is a part of the tree of the first <paramref name="size"/> leaves.</summary>
    public static LogHash[] Consistency(long start, long end, long size, Func<int, long, LogHash> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        if (!IsSubtree(start, end) || end > size)
        {
            throw new ArgumentOutOfRangeException(nameof(end), $"[{start}, {end}) is no subtree of a log of {size}.");
        }

        var proof = new List<LogHash>();
        long from = 0, to = size;
        var known = true;
        while (start != from || end != to)
        {
            var middle = from + Half(to - from);
            if (end <= middle)
            {
                proof.Add(Root(middle, to, nodes));
                to = middle;
            }
            else
            {
                proof.Add(Root(from, middle, nodes));
                if (start < middle)
                {
                    // The part left of the middle is shared; from here on the verifier does not know the root it starts with.
                    known = false;
                    start = middle;
                }

                from = middle;
            }
        }

        if (!known)
        {
            proof.Add(Root(from, to, nodes));
        }

        proof.Reverse();
        return [.. proof];
    }

    /// <summary>True when <paramref name="proof"/> leads from <paramref name="leaf"/> at <paramref name="index"/> to <paramref name="root"/> of a tree of <paramref name="size"/> leaves.</summary>
    public static bool VerifyInclusion(in LogHash leaf, long index, long size, ReadOnlySpan<LogHash> proof, in LogHash root) =>
        VerifyInclusion(leaf, index, 0, size, proof, root);

    /// <summary>True when <paramref name="proof"/> leads from <paramref name="leaf"/> at <paramref name="index"/> to <paramref name="root"/> of the subtree [<paramref name="start"/>, <paramref name="end"/>).</summary>
    public static bool VerifyInclusion(in LogHash leaf, long index, long start, long end, ReadOnlySpan<LogHash> proof, in LogHash root)
    {
        if (!IsSubtree(start, end) || index < start || index >= end)
        {
            return false;
        }

        var at = index - start;
        var last = end - start - 1;
        var hash = leaf;
        foreach (var sibling in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                hash = LogHasher.Node(sibling, hash);
                while ((at & 1) == 0)
                {
                    at >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = LogHasher.Node(hash, sibling);
            }

            at >>= 1;
            last >>= 1;
        }

        return last == 0 && hash == root;
    }

    /// <summary>True when <paramref name="proof"/> shows that a tree of <paramref name="size1"/> leaves grew into one of <paramref name="size2"/>.</summary>
    /// <remarks>An empty first tree is a part of everything and proves nothing: it is refused.</remarks>
    public static bool VerifyConsistency(long size1, in LogHash root1, long size2, in LogHash root2, ReadOnlySpan<LogHash> proof) =>
        size1 > 0 && VerifyConsistency(0, size1, root1, size2, root2, proof);

    /// <summary>True when <paramref name="proof"/> shows that the subtree [<paramref name="start"/>, <paramref name="end"/>) with <paramref name="subtreeRoot"/> is a part of the tree of <paramref name="size"/> leaves.</summary>
    /// <remarks>The empty subtree, of which start equals end, has <see cref="LogHasher.EmptyRoot"/> and is a part of every tree, whatever its root: it proves nothing.</remarks>
    public static bool VerifyConsistency(long start, long end, in LogHash subtreeRoot, long size, in LogHash root, ReadOnlySpan<LogHash> proof)
    {
        if (start == end && start >= 0 && end <= size)
        {
            return proof.IsEmpty && subtreeRoot == LogHasher.EmptyRoot;
        }

        if (!IsSubtree(start, end) || end > size)
        {
            return false;
        }

        var unread = proof;
        return TryRebuild(start, end, size, subtreeRoot, isKnown: true, ref unread, out var part, out var whole)
            && unread.IsEmpty && part == subtreeRoot && whole == root;
    }

    /// <summary>True when [<paramref name="start"/>, <paramref name="end"/>) is a subtree of every log that is long enough.</summary>
    public static bool IsSubtree(long start, long end) =>
        start >= 0 && end > start && (start == 0 || ((end - start) <= 1L << 62 && start % (long)BitOperations.RoundUpToPowerOf2((ulong)(end - start)) == 0));

    /// <summary>The root over leaves <paramref name="start"/> to <paramref name="end"/> − 1, where start is aligned as in <see cref="IsSubtree"/>.</summary>
    internal static LogHash Root(long start, long end, Func<int, long, LogHash> nodes)
    {
        var count = end - start;
        if (BitOperations.IsPow2(count))
        {
            var level = BitOperations.TrailingZeroCount(count);
            return nodes(level, start >> level);
        }

        var middle = start + Half(count);
        return LogHasher.Node(Root(start, middle, nodes), Root(middle, end, nodes));
    }

    /// <summary>Rebuilds both roots from the proof, read from its end: the mirror image of how it is made, at most 64 calls deep.</summary>
    private static bool TryRebuild(
        long start, long end, long size, in LogHash known, bool isKnown, ref ReadOnlySpan<LogHash> proof, out LogHash part, out LogHash whole)
    {
        (part, whole) = (known, known);
        if (start == 0 && end == size && isKnown)
        {
            return true;
        }

        if (proof.IsEmpty)
        {
            return false;
        }

        var last = proof[^1];
        proof = proof[..^1];
        if (start == 0 && end == size)
        {
            (part, whole) = (last, last);
            return true;
        }

        var middle = Half(size);
        if (end <= middle)
        {
            if (!TryRebuild(start, end, middle, known, isKnown, ref proof, out part, out whole))
            {
                return false;
            }

            whole = LogHasher.Node(whole, last);
            return true;
        }

        var shared = start < middle;
        if (!TryRebuild(shared ? 0 : start - middle, end - middle, size - middle, known, isKnown && !shared, ref proof, out part, out whole))
        {
            return false;
        }

        part = shared ? LogHasher.Node(last, part) : part;
        whole = LogHasher.Node(last, whole);
        return true;
    }

    /// <summary>The largest power of two smaller than <paramref name="count"/>, which is at least 2.</summary>
    private static long Half(long count) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(count - 1)));
}
