using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>Removes a record; not when somebody changed it since it was read.</summary>
internal sealed class RemoveRecordCommand(RemovedRecord record) : JournalCommand<RecordAnswer>
{
    protected override RecordAnswer Decide(JournalDraft draft)
    {
        var stored = draft.FindRecord(record.Kind, record.Tenant, record.Id)?.Version;
        if (stored != record.Version)
        {
            return new(false, stored);
        }

        draft.RemoveRecord(record);
        return new(true, null);
    }
}
