using System.Buffers;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Records;
using Crank.Storage;

namespace Crank.Mesh.Blobs;

/// <summary>Which tenant keeps which files. Equal bytes are stored once and known only to those who brought them.</summary>
public sealed class TenantBlobs
{
    private const string Kind = "blob";
    private const int Page = 1000;
    private const int Attempts = 16;

    private readonly RecordBook _records;
    private readonly TimeProvider _clock;

    internal TenantBlobs(RecordBook records, TimeProvider clock) => (_records, _clock) = (records, clock);

    /// <summary>Keeps a stored blob for a tenant. Keeping it again gives it the new name and type, and the later of both times.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="blob">A blob that was put within the last minutes, so that no collection has it yet.</param>
    /// <param name="mediaType">At most 256 characters.</param>
    /// <param name="name">At most 256 characters; null for none.</param>
    /// <param name="time">How long, from now.</param>
    /// <returns>What is kept, and whether the tenant did not keep it before.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task<(KeptBlob Blob, bool IsNew)> KeepAsync(TenantId tenant, BlobInfo blob, string mediaType, string? name, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(blob);
        for (var attempt = 1; ; attempt++)
        {
            var now = _clock.GetUtcNow();
            var known = _records.Find(Kind, tenant, blob.Digest.Hex);
            var until = known?.ExpiresAt is { } later && later > now + time ? later : now + time;
            var kept = new KeptBlob(blob.Digest, blob.Bytes, mediaType, name, until);
            try
            {
                await _records.PutAsync(new(Kind, tenant, blob.Digest.Hex, Encode(kept), until, (known?.Version ?? 0) + 1));
                return (kept, known is null || known.ExpiresAt <= now);
            }
            catch (StoreConflictException) when (attempt < Attempts)
            {
                // The same tenant put the same bytes at the same time.
            }
        }
    }

    /// <summary>A file of a tenant; null when it keeps none of that digest now.</summary>
    public KeptBlob? Find(TenantId tenant, Digest blob) =>
        _records.Find(Kind, tenant, blob.Hex) is { ExpiresAt: { } until } row && until > _clock.GetUtcNow() ? Decode(row, until) : null;

    /// <summary>Lets go of a file.</summary>
    /// <returns>False when the tenant kept none of that digest.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task<bool> RemoveAsync(TenantId tenant, Digest blob)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (_records.Find(Kind, tenant, blob.Hex) is not { } row)
            {
                return false;
            }

            try
            {
                await _records.RemoveAsync(Kind, tenant, row.Id, row.Version);
                return row.ExpiresAt > _clock.GetUtcNow();
            }
            catch (StoreConflictException) when (attempt < Attempts)
            {
                // It was kept anew or removed meanwhile.
            }
        }
    }

    /// <summary>Every blob that a job or a tenant refers to: the mark of a garbage collection.</summary>
    internal static IReadOnlySet<Digest> Marked(IStore store)
    {
        var marked = store.ReferencedBlobs().ToHashSet();
        IReadOnlyList<RecordRow> page = [];
        do
        {
            page = store.ListRecords(Kind, null, page is [.., var last] ? new(last.Tenant, last.Id) : null, Page);
            marked.UnionWith(page.Select(row => Digest.Parse("sha256:" + row.Id)));
        }
        while (page.Count == Page);

        return marked;
    }

    private static byte[] Encode(KeptBlob blob)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("bytes", blob.Bytes);
            json.WriteString("mediaType", blob.MediaType);
            if (blob.Name is not null)
            {
                json.WriteString("name", blob.Name);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static KeptBlob Decode(RecordRow row, DateTimeOffset until)
    {
        using var json = JsonDocument.Parse(row.Body);
        var root = json.RootElement;
        return new(
            Digest.Parse("sha256:" + row.Id), root.GetProperty("bytes").GetInt64(), root.GetProperty("mediaType").GetString()!,
            root.TryGetProperty("name", out var name) ? name.GetString() : null, until);
    }
}
