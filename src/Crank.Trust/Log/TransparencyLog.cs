namespace Crank.Trust.Log;

/// <summary>The rule by which a log grows. Pure: state and leaves in, state and new nodes out.</summary>
public static class TransparencyLog
{
    /// <summary>Appends leaves, in O(1) hashes each on average.</summary>
    /// <returns>The state after, and every full subtree that came into being, leaves included, children before parents: exactly what to store.</returns>
    public static (LogState State, IReadOnlyList<LogNode> NewNodes) Append(LogState state, ReadOnlySpan<LogHash> leaves)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (leaves.IsEmpty)
        {
            return (state, []);
        }

        var peaks = new List<LogHash>(64);
        peaks.AddRange(state.Peaks);
        var nodes = new List<LogNode>(checked(leaves.Length * 2));
        var size = state.Size;
        foreach (var leaf in leaves)
        {
            var hash = leaf;
            var index = size;
            var level = 0;
            nodes.Add(new LogNode(level, index, hash));
            for (; (index & 1) == 1; index >>= 1)
            {
                hash = LogHasher.Node(peaks[^1], hash);
                peaks.RemoveAt(peaks.Count - 1);
                nodes.Add(new LogNode(++level, index >> 1, hash));
            }

            peaks.Add(hash);
            size = checked(size + 1);
        }

        return (LogState.FromPeaks(size, [.. peaks]), nodes);
    }
}
