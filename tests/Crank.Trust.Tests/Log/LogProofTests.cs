using Crank.Trust.Log;
using CsCheck;

namespace Crank.Trust.Tests.Log;

public sealed class LogProofTests
{
    private const int Largest = 70;

    private static readonly LogHash[] Leaves = [.. Enumerable.Range(0, Largest).Select(i => LogHasher.Leaf([(byte)i]))];

    [Fact]
    public void Every_leaf_of_every_size_is_proved_and_no_other_is()
    {
        for (var size = 1; size <= Largest; size++)
        {
            var root = NaiveRoot(Leaves.AsSpan(0, size));
            for (var index = 0; index < size; index++)
            {
                var proof = LogProof.Inclusion(index, size, Node);
                Assert.True(LogProof.VerifyInclusion(Leaves[index], index, size, proof, root));
                Assert.False(LogProof.VerifyInclusion(Leaves[(index + 1) % Largest], index, size, proof, root));
                Assert.False(LogProof.VerifyInclusion(Leaves[index], index, size, proof, Leaves[(index + 1) % Largest]));
                Assert.False(LogProof.VerifyInclusion(Leaves[index], index, size, [.. proof, root], root));
                if (proof.Length > 0)
                {
                    Assert.False(LogProof.VerifyInclusion(Leaves[index], index, size, proof.AsSpan(1), root));
                    Assert.False(LogProof.VerifyInclusion(Leaves[index], index, size, proof.AsSpan(0, proof.Length - 1), root));
                }

                for (var other = 0; other < size; other++)
                {
                    Assert.Equal(other == index, LogProof.VerifyInclusion(Leaves[index], other, size, proof, root));
                }
            }
        }
    }

    [Fact]
    public void Every_size_is_consistent_with_every_later_one_and_nothing_else_is()
    {
        for (var size2 = 1; size2 <= Largest; size2++)
        {
            var root2 = NaiveRoot(Leaves.AsSpan(0, size2));
            for (var size1 = 1; size1 <= size2; size1++)
            {
                var root1 = NaiveRoot(Leaves.AsSpan(0, size1));
                var proof = LogProof.Consistency(size1, size2, Node);
                Assert.True(LogProof.VerifyConsistency(size1, root1, size2, root2, proof));
                Assert.False(LogProof.VerifyConsistency(size1, Leaves[^1], size2, root2, proof));
                Assert.False(LogProof.VerifyConsistency(size1, root1, size2, Leaves[^1], proof));
                Assert.False(LogProof.VerifyConsistency(size1, root1, size2, root2, [root1, .. proof]));
                for (var i = 0; i < proof.Length; i++)
                {
                    LogHash[] altered = [.. proof];
                    altered[i] = LogHasher.EmptyRoot;
                    Assert.False(LogProof.VerifyConsistency(size1, root1, size2, root2, altered));
                    Assert.False(LogProof.VerifyConsistency(size1, root1, size2, root2, [.. proof[..i], .. proof[(i + 1)..]]));
                }
            }
        }
    }

    [Fact]
    public void Every_subtree_of_every_size_is_proved()
    {
        var subtrees = 0;
        for (var size = 1; size <= Largest; size++)
        {
            var root = NaiveRoot(Leaves.AsSpan(0, size));
            for (var start = 0; start < size; start++)
            {
                for (var end = start + 1; end <= size; end++)
                {
                    if (!LogProof.IsSubtree(start, end))
                    {
                        continue;
                    }

                    subtrees++;
                    var part = NaiveRoot(Leaves.AsSpan(start, end - start));
                    var proof = LogProof.Consistency(start, end, size, Node);
                    Assert.True(LogProof.VerifyConsistency(start, end, part, size, root, proof));
                    Assert.False(LogProof.VerifyConsistency(start, end, LogHasher.EmptyRoot, size, root, proof));
                    Assert.True(LogProof.VerifyInclusion(Leaves[start], start, start, end, LogProof.Inclusion(start, start, end, Node), part));
                }
            }
        }

        Assert.True(subtrees > 1000);
    }

    [Fact]
    public void A_subtree_starts_at_a_multiple_of_its_power_of_two()
    {
        Assert.True(LogProof.IsSubtree(8, 13));
        Assert.False(LogProof.IsSubtree(4, 9));
        Assert.False(LogProof.IsSubtree(3, 3));
        Assert.False(LogProof.IsSubtree(-8, 0));
        Assert.True(LogProof.IsSubtree(0, long.MaxValue));
        Assert.False(LogProof.IsSubtree(1, long.MaxValue));
    }

    [Fact]
    public void An_empty_tree_proves_nothing()
    {
        Assert.False(LogProof.VerifyConsistency(0, LogHasher.EmptyRoot, 0, LogHasher.EmptyRoot, []));
        Assert.False(LogProof.VerifyConsistency(0, LogHasher.EmptyRoot, 5, Leaves[0], []));
        Assert.False(LogProof.VerifyInclusion(Leaves[0], 0, 0, [], Leaves[0]));
    }

    [Fact]
    public void No_proof_makes_the_checks_throw() =>
        Gen.Select(Gen.Long, Gen.Long, Gen.Long, Gen.Int[0, 70]).Sample((a, b, c, count) =>
        {
            var proof = Enumerable.Repeat(Leaves[0], count).ToArray();
            LogProof.VerifyInclusion(Leaves[0], a, b, proof, Leaves[1]);
            LogProof.VerifyInclusion(Leaves[0], a, b, c, proof, Leaves[1]);
            LogProof.VerifyConsistency(a, Leaves[0], b, Leaves[1], proof);
            LogProof.VerifyConsistency(a, b, Leaves[0], c, Leaves[1], proof);
        });

    [Fact]
    public void A_proof_in_a_large_log_reads_few_hashes()
    {
        var asked = 0;
        var proof = LogProof.Inclusion(123_456, 1_000_003, (_, _) =>
        {
            asked++;
            return Leaves[0];
        });
        Assert.True(proof.Length <= 20);
        Assert.True(asked <= 60, $"asked for {asked}");
    }

    [Fact]
    public void A_proof_about_what_the_log_does_not_hold_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LogProof.Inclusion(5, 5, Node));
        Assert.Throws<ArgumentOutOfRangeException>(() => LogProof.Inclusion(-1, 5, Node));
        Assert.Throws<ArgumentOutOfRangeException>(() => LogProof.Consistency(6, 5, Node));
        Assert.Throws<ArgumentOutOfRangeException>(() => LogProof.Consistency(0, 5, Node));
    }

    internal static LogHash Node(int level, long index) => NaiveRoot(Leaves.AsSpan((int)(index << level), 1 << level));

    /// <summary>The definition of RFC 9162 section 2.1.1, word for word.</summary>
    internal static LogHash NaiveRoot(ReadOnlySpan<LogHash> leaves)
    {
        if (leaves.Length <= 1)
        {
            return leaves.IsEmpty ? LogHasher.EmptyRoot : leaves[0];
        }

        var k = 1;
        while (k * 2 < leaves.Length)
        {
            k *= 2;
        }

        return LogHasher.Node(NaiveRoot(leaves[..k]), NaiveRoot(leaves[k..]));
    }
}
