using Crank.Core;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Mesh.Receipts;
using Crank.Mesh.Results;
using Crank.Storage;

namespace Crank.Mesh.Recovery;

/// <summary>Closes what a crash left open. A job without a committed result was not delivered: it is not done, its hold goes back, its receipt says why.</summary>
internal static class Recovery
{
    /// <summary>Closes every job that was funded and never ended.</summary>
    /// <returns>The jobs that were closed.</returns>
    public static async Task<IReadOnlyList<JobId>> CloseInterruptedAsync(
        IReadOnlyList<JobRow> open, Notary notary, JournalWriter journal, ResultStore results, ControllerSettings settings, ControllerParts parts)
    {
        var closing = open.Select(row =>
        {
            var finished = FinishedJob.Interrupted(FundedJob.Recover(row));
            var settled = SettledJob.Settle(finished, settings, parts.Zones);
            return IssuedReceipt.AttestAsync(settled, notary, journal, results, parts.Clock.GetUtcNow());
        });
        await Task.WhenAll(closing.ToList());
        return [.. open.Select(row => row.Id)];
    }
}
