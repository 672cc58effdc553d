using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Mesh.Journal;

/// <summary>Gives back every hold whose time ran out. Only while no job runs: recovery closes the jobs right after.</summary>
internal sealed class ExpireHoldsCommand(DateTimeOffset now) : JournalCommand<ImmutableArray<JobId>>
{
    protected override ImmutableArray<JobId> Decide(JournalDraft draft) => draft.Ledger.Expire(now);
}
