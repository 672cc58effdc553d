using Crank.Core;

namespace Crank.Mesh.Journal;

/// <summary>Removes a dead letter and lets go of what its input needed. The job and its receipt stay.</summary>
internal sealed class RemoveDeadCommand(TenantId tenant, JobId job) : JournalCommand<bool>
{
    /// <summary>False when the tenant has none of that job.</summary>
    protected override bool Decide(JournalDraft draft)
    {
        if (draft.FindDead(job) is not { } dead || dead.Tenant != tenant)
        {
            return false;
        }

        draft.RemoveDead(job);
        return true;
    }
}
