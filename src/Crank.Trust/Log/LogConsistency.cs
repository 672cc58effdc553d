namespace Crank.Trust.Log;

/// <summary>Rebuilds a log from its leaves and compares it with what was said of it, for <c>crank ledger verify</c>.</summary>
public static class LogConsistency
{
    /// <summary>The most findings that are listed; the count of the rest is said.</summary>
    public const int MaxFindings = 100;

    /// <param name="leaves">Every leaf hash in order; read once, as a stream.</param>
    /// <param name="checkpoints">Size and root of every stored checkpoint, sizes not falling.</param>
    /// <param name="storedNodes">Optional: the stored hash of a full subtree, or null when it is missing; each one that the leaves imply is compared.</param>
    public static LogAudit Check(
        IEnumerable<LogHash> leaves, IEnumerable<(long Size, LogHash Root)> checkpoints, Func<int, long, LogHash?>? storedNodes = null)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentNullException.ThrowIfNull(checkpoints);
        var findings = new List<string>();
        var unlisted = 0;
        void Find(string finding)
        {
            if (findings.Count < MaxFindings)
            {
                findings.Add(finding);
            }
            else
            {
                unlisted++;
            }
        }

        var state = LogState.Empty;
        using var signed = checkpoints.GetEnumerator();
        var more = signed.MoveNext();
        long before = 0;
        void Compare()
        {
            for (; more && signed.Current.Size <= state.Size; more = signed.MoveNext())
            {
                var (size, root) = signed.Current;
                if (size < before)
                {
                    Find($"The checkpoint of size {size} stands after one of size {before}: the log shrank.");
                }
                else if (root != state.Root)
                {
                    Find($"The checkpoint of size {size} says root {root}, the leaves give {state.Root}.");
                }

                before = Math.Max(before, size);
            }
        }

        Compare();
        foreach (var leaf in leaves)
        {
            (state, var nodes) = TransparencyLog.Append(state, [leaf]);
            if (storedNodes is not null)
            {
                foreach (var node in nodes)
                {
                    if (storedNodes(node.Level, node.Index) is not { } stored)
                    {
                        Find($"The hash at level {node.Level}, index {node.Index} is missing.");
                    }
                    else if (stored != node.Hash)
                    {
                        Find($"The hash at level {node.Level}, index {node.Index} is {stored}, the leaves give {node.Hash}.");
                    }
                }
            }

            Compare();
        }

        for (; more; more = signed.MoveNext())
        {
            Find($"A checkpoint says {signed.Current.Size} leaves, the log holds {state.Size}: leaves were lost.");
        }

        if (unlisted > 0)
        {
            findings.Add($"And {unlisted} more.");
        }

        return findings.Count == 0 ? new LogAudit.Consistent(state.Size, state.Root) : new LogAudit.Broken(findings);
    }
}
