using Crank.Core;
using Crank.Ledger;
using Crank.Mesh.Journal;
using Crank.Storage;

namespace Crank.Mesh.Audit;

/// <summary>Every transfer of a store, oldest first, as text for other programs.</summary>
public static class LedgerExporter
{
    private const int Page = 1000;

    /// <summary>Writes all transfers as CSV or as one JSON object a line.</summary>
    public static void Write(IStore store, TextWriter output, bool asCsv)
    {
        if (asCsv)
        {
            LedgerExport.WriteCsv(All(store), output);
        }
        else
        {
            LedgerExport.WriteJsonLines(All(store), output);
        }
    }

    private static IEnumerable<Transfer> All(IStore store)
    {
        TransferId? after = null;
        while (store.Transfers(after, Page) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                yield return LedgerRows.Transfer(row);
            }

            after = page[^1].Id;
        }
    }
}
