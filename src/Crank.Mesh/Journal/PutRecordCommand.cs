using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>A record that is new or changed; not written when somebody changed it since it was read.</summary>
internal sealed class PutRecordCommand(RecordRow row) : JournalCommand<RecordAnswer>
{
    protected override RecordAnswer Decide(JournalDraft draft)
    {
        var stored = draft.FindRecord(row.Kind, row.Tenant, row.Id)?.Version;
        if ((stored ?? 0) != row.Version - 1)
        {
            return new(false, stored);
        }

        draft.PutRecord(row);
        return new(true, row.Version);
    }
}
