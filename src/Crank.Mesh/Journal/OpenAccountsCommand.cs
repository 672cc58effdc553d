using Crank.Core;
using Crank.Ledger;

namespace Crank.Mesh.Journal;

/// <summary>Opens the accounts that are missing, those that the split names among them, and gives the owner its configured limit.</summary>
internal sealed class OpenAccountsCommand(Money ownerLimit, SplitRule split) : JournalCommand<LedgerStatus>
{
    protected override LedgerStatus Decide(JournalDraft draft)
    {
        var status = Opening.Apply(draft.Ledger, ownerLimit);
        foreach (var (account, _) in split.Parts)
        {
            if (status == LedgerStatus.Applied && account != SplitRule.Provider && draft.Ledger.Find(account) is null)
            {
                status = draft.Ledger.Open(account, Money.Zero(ownerLimit.Currency));
            }
        }

        return split.Parts.Any(p => p.Account == Opening.Owner) ? LedgerStatus.SameAccount : status;
    }
}
