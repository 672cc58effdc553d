using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Bodies;
using Crank.Storage;

namespace Crank.Gateway.Rest.Uploads;

/// <summary>Uploads on their way, in a folder of the data folder: <c>ID.json</c> says what it is, <c>ID.part</c> has the bytes. Survives a restart.</summary>
internal sealed class UploadStore
{
    private const int Piece = 128 * 1024;
    private readonly GatewayParts _parts;
    private readonly LiveOptions _options;
    private readonly string _folder;
    private readonly Lazy<ConcurrentDictionary<string, Upload>> _uploads;

    public UploadStore(GatewayParts parts, LiveOptions options)
    {
        (_parts, _options, _folder) = (parts, options, Path.Combine(parts.Folder, "uploads"));
        _uploads = new(Load);
    }

    /// <summary>Begins an upload.</summary>
    /// <exception cref="BadRequestException">The tenant has as many as it may, or as many bytes.</exception>
    public Upload Create(UploadState state)
    {
        RemoveExpired();
        var mine = Of(state.Tenant);
        if (mine.Count(u => u.State.Done is null) >= _options.Rest.UploadsPerTenant)
        {
            throw new BadRequestException(ProblemCodes.OverQuota, $"There are {mine.Count} unfinished uploads already; a tenant may have {_options.Rest.UploadsPerTenant}.", "Finish or cancel one.");
        }

        Directory.CreateDirectory(_folder);
        var upload = new Upload(RandomNumberGenerator.GetHexString(32, lowercase: true), state, 0, _parts.Clock.GetUtcNow());
        Save(upload);
        _uploads.Value[upload.Id] = upload;
        return upload;
    }

    /// <summary>An upload of a tenant; null when it has none of that id.</summary>
    public Upload? Find(TenantId tenant, string id) =>
        _uploads.Value.GetValueOrDefault(id) is { } upload && upload.State.Tenant == tenant && !IsExpired(upload) ? upload : null;

    /// <summary>Until when an upload may be gone on with, from now.</summary>
    public TimeSpan Left(Upload upload) => upload.TouchedAt + _options.Rest.UploadTime - _parts.Clock.GetUtcNow();

    /// <summary>Appends what comes; what came before the stream broke stays. For whoever has the turn.</summary>
    /// <exception cref="BadRequestException">More came than the upload, the mesh or the tenant takes: the upload is gone.</exception>
    public async Task AppendAsync(Upload upload, Stream content, CancellationToken cancellationToken)
    {
        var room = Math.Min(upload.State.Length ?? _options.Limits.Blob, _options.Rest.UploadBytesPerTenant - Of(upload.State.Tenant).Sum(u => u == upload || u.State.Done is not null ? 0 : u.Offset));
        var file = new FileStream(PartOf(upload), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        await using (file.ConfigureAwait(false))
        {
            file.SetLength(upload.Offset);
            file.Position = upload.Offset;
            var buffer = ArrayPool<byte>.Shared.Rent(Piece);
            try
            {
                int read;
                while ((read = await content.ReadAsync(buffer.AsMemory(0, Piece), cancellationToken)) > 0)
                {
                    if (file.Position + read > room)
                    {
                        throw TooLarge(upload, room);
                    }

                    await file.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
                if (!upload.IsGone)
                {
                    file.Flush(flushToDisk: true);
                    upload.Offset = file.Position;
                    Touch(upload);
                }
            }
        }
    }

    /// <summary>Notes how long the upload will be.</summary>
    public void SetLength(Upload upload, long length)
    {
        upload.State = upload.State with { Length = length };
        Save(upload);
    }

    /// <summary>Turns a whole upload into a blob.</summary>
    /// <exception cref="BlobMismatchException">It is not what was announced; the upload is gone.</exception>
    public async Task<BlobInfo> FinishAsync(Upload upload, CancellationToken cancellationToken)
    {
        try
        {
            var content = new FileStream(PartOf(upload), FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read, bufferSize: 0);
            await using (content.ConfigureAwait(false))
            {
                return await _parts.Blobs.PutAsync(content, upload.State.Expected, cancellationToken);
            }
        }
        catch (BlobMismatchException)
        {
            Remove(upload);
            throw;
        }
    }

    /// <summary>Notes what an upload became and lets go of its bytes; that it is whole can be asked until it expires.</summary>
    public void Close(Upload upload, Digest blob)
    {
        upload.State = upload.State with { Done = blob, Length = upload.Offset };
        Save(upload);
        File.Delete(PartOf(upload));
    }

    /// <summary>Ends an upload. For whoever has the turn.</summary>
    public void Remove(Upload upload)
    {
        upload.IsGone = true;
        _uploads.Value.TryRemove(upload.Id, out _);
        File.Delete(StateOf(upload.Id));
        File.Delete(PartOf(upload));
    }

    private BadRequestException TooLarge(Upload upload, long room)
    {
        Remove(upload);
        return upload.State.Length == room
            ? new(ProblemCodes.BadRequest, $"More bytes came than the {room:N0} that were announced; the upload is gone.", "Begin again with the right Upload-Length.")
            : BodyReader.TooLarge(Math.Max(0, room));
    }

    private List<Upload> Of(TenantId tenant) => [.. _uploads.Value.Values.Where(u => u.State.Tenant == tenant)];

    private bool IsExpired(Upload upload) => Left(upload) <= TimeSpan.Zero;

    private void RemoveExpired()
    {
        foreach (var upload in _uploads.Value.Values.Where(IsExpired))
        {
            Remove(upload);
        }
    }

    private void Touch(Upload upload)
    {
        upload.TouchedAt = _parts.Clock.GetUtcNow();
        File.SetLastWriteTimeUtc(StateOf(upload.Id), upload.TouchedAt.UtcDateTime);
    }

    private void Save(Upload upload)
    {
        var path = StateOf(upload.Id);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(upload.State, UploadJson.Default.UploadState));
        File.Move(path + ".new", path, overwrite: true);
        Touch(upload);
    }

    private ConcurrentDictionary<string, Upload> Load()
    {
        var found = new ConcurrentDictionary<string, Upload>(StringComparer.Ordinal);
        if (!Directory.Exists(_folder))
        {
            return found;
        }

        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*.json"))
        {
            var id = Path.GetFileNameWithoutExtension(file.Name);
            var part = new FileInfo(Path.Combine(_folder, id + ".part"));
            if (JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), UploadJson.Default.UploadState) is { } state)
            {
                found[id] = new(id, state, state.Done is null ? part.Exists ? part.Length : 0 : state.Length ?? 0, new(file.LastWriteTimeUtc));
            }
        }

        return found;
    }

    private string StateOf(string id) => Path.Combine(_folder, id + ".json");

    private string PartOf(Upload upload) => Path.Combine(_folder, upload.Id + ".part");
}
