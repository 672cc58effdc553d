using Crank.Core;
using Crank.Ledger;

namespace Crank.Mesh.Journal;

/// <summary>Opens the accounts that are missing and gives the owner its configured limit.</summary>
internal sealed class OpenAccountsCommand(Money ownerLimit) : JournalCommand<LedgerStatus>
{
    protected override LedgerStatus Decide(JournalDraft draft) => Opening.Apply(draft.Ledger, ownerLimit);
}
