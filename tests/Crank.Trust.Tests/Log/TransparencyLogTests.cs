using Crank.Trust.Log;
using CsCheck;

namespace Crank.Trust.Tests.Log;

public sealed class TransparencyLogTests
{
    private static readonly LogHash[] Leaves = [.. Enumerable.Range(0, 300).Select(i => LogHasher.Leaf(BitConverter.GetBytes(i)))];

    [Fact]
    public void Appending_in_any_batches_gives_the_defined_root_and_exactly_the_full_subtrees() =>
        Gen.Int[0, 40].Array[0, 7].Sample(batches =>
        {
            var (state, stored) = (LogState.Empty, new Dictionary<(int, long), LogHash>());
            foreach (var count in batches)
            {
                (state, var nodes) = TransparencyLog.Append(state, Leaves.AsSpan((int)state.Size, count));
                foreach (var node in nodes)
                {
                    stored.Add((node.Level, node.Index), node.Hash);
                }
            }

            var size = (int)state.Size;
            var full = 0;
            for (var level = 0; level < 10; level++)
            {
                for (var index = 0; (index + 1) << level <= size; index++, full++)
                {
                    if (stored[(level, index)] != LogProofTests.NaiveRoot(Leaves.AsSpan(index << level, 1 << level)))
                    {
                        return false;
                    }
                }
            }

            return full == stored.Count
                && size == batches.Sum()
                && state.Root == LogProofTests.NaiveRoot(Leaves.AsSpan(0, size))
                && LogState.FromNodes(size, (level, index) => stored[(level, index)]).Root == state.Root;
        });

    [Fact]
    public void Appending_leaves_the_state_before_as_it_was()
    {
        var (before, _) = TransparencyLog.Append(LogState.Empty, Leaves.AsSpan(0, 3));
        var root = before.Root;
        TransparencyLog.Append(before, Leaves.AsSpan(3, 5));
        Assert.Equal(3, before.Size);
        Assert.Equal(root, before.Root);
    }

    [Fact]
    public void The_empty_log_has_the_hash_of_nothing() =>
        Assert.Equal("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", LogState.Empty.Root.ToString());

    [Fact]
    public void A_state_with_the_wrong_number_of_peaks_is_refused() =>
        Assert.Throws<ArgumentException>(() => LogState.FromPeaks(3, [Leaves[0]]));

    [Fact]
    public void A_leaf_is_never_a_node()
    {
        var node = LogHasher.Node(Leaves[0], Leaves[1]);
        Assert.NotEqual(node, LogHasher.Leaf([.. Leaves[0].Span, .. Leaves[1].Span]));
        Assert.NotEqual(LogHasher.Leaf(new byte[600]), LogHasher.Leaf(new byte[601]));
    }
}
