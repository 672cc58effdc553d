using Crank.Core;
using Crank.Mesh.Journal;
using Crank.Storage;

namespace Crank.Mesh.Records;

/// <summary>The small things that a mesh keeps besides jobs and money, written through the one writer.</summary>
public sealed class RecordBook
{
    private readonly IStore _store;
    private readonly JournalWriter _journal;

    internal RecordBook(IStore store, JournalWriter journal) => (_store, _journal) = (store, journal);

    /// <summary>One record, expired or not; null when there is none of that name.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public RecordRow? Find(string kind, TenantId tenant, string id) => _store.FindRecord(kind, tenant, id);

    /// <summary>Records of one kind, in order of tenant and id, expired ones included.</summary>
    /// <param name="kind">What kind.</param>
    /// <param name="tenant">Whose; null for everybody's.</param>
    /// <param name="after">Only those after this one; null for all.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IReadOnlyList<RecordRow> List(string kind, TenantId? tenant, TenantScoped<string>? after, int limit) => _store.ListRecords(kind, tenant, after, limit);

    /// <summary>Writes a record that is new (version 1) or changed (one more than what was read), and returns when it is durable.</summary>
    /// <exception cref="StoreConflictException">Somebody changed it meanwhile; nothing was written. Read it again and decide anew.</exception>
    /// <exception cref="ArgumentException">It is malformed: a kind, an id or a body that is too long.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task PutAsync(RecordRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var answer = await _journal.PostAsync(new PutRecordCommand(row));
        if (!answer.Written)
        {
            throw Conflict(row.Kind, row.Tenant, row.Id, answer.Stored, $"{row.Version - 1}");
        }
    }

    /// <summary>Removes a record, and returns when that is durable.</summary>
    /// <param name="kind">What kind.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="id">Its name.</param>
    /// <param name="version">The version that was read.</param>
    /// <exception cref="StoreConflictException">Somebody changed or removed it meanwhile; nothing was written.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task RemoveAsync(string kind, TenantId tenant, string id, long version)
    {
        var answer = await _journal.PostAsync(new RemoveRecordCommand(new(kind, tenant, id, version)));
        if (!answer.Written)
        {
            throw Conflict(kind, tenant, id, answer.Stored, $"{version}");
        }
    }

    private static StoreConflictException Conflict(string kind, TenantId tenant, string id, long? stored, string expected) =>
        new("record", $"{kind}/{tenant}/{id}", stored is null ? $"is not there, and version {expected} was expected" : $"is at version {stored}, not {expected}");
}
