using Crank.Trust.Log;

namespace Crank.Trust.Tests.Log;

public sealed class LogConsistencyTests
{
    private static readonly LogHash[] Leaves = [.. Enumerable.Range(0, 9).Select(i => LogHasher.Leaf([(byte)i]))];
    private static readonly (long, LogHash)[] Checkpoints = [At(0), At(2), At(2), At(5), At(9)];

    [Fact]
    public void A_log_that_gives_what_was_signed_is_consistent()
    {
        var audit = Assert.IsType<LogAudit.Consistent>(LogConsistency.Check(Leaves, Checkpoints, Stored));
        Assert.Equal((9, At(9).Root), (audit.Size, audit.Root));
    }

    [Fact]
    public void Any_altered_leaf_is_found()
    {
        for (var i = 0; i < Leaves.Length; i++)
        {
            LogHash[] altered = [.. Leaves];
            altered[i] = LogHasher.EmptyRoot;
            Assert.IsType<LogAudit.Broken>(LogConsistency.Check(altered, Checkpoints));
        }
    }

    [Fact]
    public void Lost_leaves_are_found() =>
        Assert.Contains("lost", Assert.Single(Assert.IsType<LogAudit.Broken>(LogConsistency.Check(Leaves[..^1], Checkpoints)).Findings), StringComparison.Ordinal);

    [Fact]
    public void A_log_that_shrank_is_found() =>
        Assert.Contains("shrank", Assert.Single(Assert.IsType<LogAudit.Broken>(LogConsistency.Check(Leaves, [At(5), At(2)])).Findings), StringComparison.Ordinal);

    [Fact]
    public void A_stored_hash_that_the_leaves_do_not_give_is_found()
    {
        LogHash? Wrong(int level, long index) => (level, index) == (2, 1) ? Leaves[0] : Stored(level, index);
        LogHash? Missing(int level, long index) => (level, index) == (3, 0) ? null : Stored(level, index);
        Assert.Contains("level 2, index 1 is", Assert.Single(Assert.IsType<LogAudit.Broken>(LogConsistency.Check(Leaves, Checkpoints, Wrong)).Findings), StringComparison.Ordinal);
        Assert.Contains("missing", Assert.Single(Assert.IsType<LogAudit.Broken>(LogConsistency.Check(Leaves, Checkpoints, Missing)).Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_are_bounded_and_the_rest_is_counted()
    {
        var wrong = Enumerable.Repeat((1L, LogHasher.EmptyRoot), 150);
        var findings = Assert.IsType<LogAudit.Broken>(LogConsistency.Check(Leaves, wrong)).Findings;
        Assert.Equal(LogConsistency.MaxFindings + 1, findings.Count);
        Assert.Equal("And 50 more.", findings[^1]);
    }

    private static (long Size, LogHash Root) At(int size) => (size, LogProofTests.NaiveRoot(Leaves.AsSpan(0, size)));

    private static LogHash? Stored(int level, long index) => LogProofTests.NaiveRoot(Leaves.AsSpan((int)(index << level), 1 << level));
}
