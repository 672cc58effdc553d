using System.Collections.Immutable;
using System.Numerics;

namespace Crank.Trust.Log;

/// <summary>What must be known of a log to append to it and to name its root: its size and the roots of its full subtrees, the largest first.</summary>
/// <remarks>A value: appending gives another one, and a commit that fails keeps this one.</remarks>
public sealed class LogState
{
    private LogState(long size, ImmutableArray<LogHash> peaks) => (Size, Peaks) = (size, peaks);

    /// <summary>The log without leaves.</summary>
    public static LogState Empty { get; } = new(0, []);

    /// <summary>Number of leaves.</summary>
    public long Size { get; }

    /// <summary>One root for each one-bit of <see cref="Size"/>, from the highest bit down.</summary>
    public ImmutableArray<LogHash> Peaks { get; }

    /// <summary>The root of the whole log (RFC 9162 section 2.1.1).</summary>
    public LogHash Root
    {
        get
        {
            if (Peaks.IsEmpty)
            {
                return LogHasher.EmptyRoot;
            }

            var root = Peaks[^1];
            for (var i = Peaks.Length - 2; i >= 0; i--)
            {
                root = LogHasher.Node(Peaks[i], root);
            }

            return root;
        }
    }

    /// <summary>The state that a stored log is in, from the hashes of its full subtrees.</summary>
    public static LogState FromNodes(long size, Func<int, long, LogHash> nodes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentNullException.ThrowIfNull(nodes);
        var peaks = ImmutableArray.CreateBuilder<LogHash>(BitOperations.PopCount((ulong)size));
        long before = 0;
        for (var level = 62; level >= 0; level--)
        {
            if ((size >> level & 1) == 1)
            {
                peaks.Add(nodes(level, before >> level));
                before += 1L << level;
            }
        }

        return FromPeaks(size, peaks.MoveToImmutable());
    }

    /// <summary>The state with these peaks.</summary>
    /// <exception cref="ArgumentException">A log of that size has another number of peaks.</exception>
    public static LogState FromPeaks(long size, ImmutableArray<LogHash> peaks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return peaks.Length == BitOperations.PopCount((ulong)size)
            ? new(size, peaks)
            : throw new ArgumentException($"A log of {size} leaves has {BitOperations.PopCount((ulong)size)} peaks, not {peaks.Length}.", nameof(peaks));
    }
}
