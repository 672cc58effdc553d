using System.Buffers.Binary;
using System.Text;
using Crank.Trust.Sealing;

namespace Crank.Mesh.Authorize.Log;

/// <summary>Writes sealed inputs, and removes the oldest once there are too many or their time is over. For one thread.</summary>
internal sealed class SealedInputsWriter(string folder, SealingKey key, PolicyLogSettings settings, TimeProvider clock) : IDisposable
{
    private const int Parts = 16;
    private const long SmallestFile = 64 << 10;
    private const long LargestFile = 8 << 20;

    private readonly long _fileBytes = Math.Clamp(settings.InputBytes / Parts, SmallestFile, LargestFile);
    private readonly MemoryStream _batch = new();
    private FileStream? _file;
    private DateTimeOffset _opened;

    /// <summary>Seals one; it is in the file after <see cref="Flush"/>. False when it is too large to be kept.</summary>
    public bool Add(SealedDecision decision)
    {
        var seal = key.Seal(decision.Write(), SealedInputs.Place(decision.Decision));
        if (seal.Length > SealedInputs.MaxSeal)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[SealedInputs.HeadSize];
        Encoding.ASCII.GetBytes(decision.Decision.ToString(), head);
        BinaryPrimitives.WriteInt32BigEndian(head[SealedInputs.IdSize..], seal.Length);
        _batch.Write(head);
        _batch.Write(seal);
        return true;
    }

    /// <summary>Hands everything to the operating system.</summary>
    /// <exception cref="IOException">The disk refused it; what was added since the last time is not kept.</exception>
    public void Flush()
    {
        if (_batch.Length == 0)
        {
            return;
        }

        try
        {
            _file ??= Open();
            _file.Write(_batch.GetBuffer().AsSpan(0, (int)_batch.Length));
            if (_file.Length >= _fileBytes || clock.GetUtcNow() - _opened >= settings.FileAge)
            {
                Dispose();
                Prune();
            }
        }
        catch (IOException)
        {
            // What may have been written in part is cut off when the file is opened again.
            Dispose();
            throw;
        }
        finally
        {
            _batch.SetLength(0);
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private FileStream Open()
    {
        OwnFiles.MakeFolder(folder);
        Prune();
        _opened = clock.GetUtcNow();
        if (OwnFiles.List(folder, SealedInputs.Prefix, SealedInputs.Ending) is [.., var newest] && newest.Length < _fileBytes && _opened.UtcDateTime - newest.CreationTimeUtc < settings.FileAge)
        {
            var file = OwnFiles.Open(newest.FullName, FileMode.Open);
            file.SetLength(SealedInputs.EndOf(file));
            file.Position = file.Length;
            return file;
        }

        return OwnFiles.Open(OwnFiles.Next(folder, SealedInputs.Prefix, SealedInputs.Ending, _opened), FileMode.CreateNew);
    }

    private void Prune()
    {
        var oldest = clock.GetUtcNow() - settings.Keep;
        var bytes = 0L;
        foreach (var file in OwnFiles.List(folder, SealedInputs.Prefix, SealedInputs.Ending).Reverse())
        {
            bytes += file.Length;
            if (bytes > settings.InputBytes || file.LastWriteTimeUtc < oldest.UtcDateTime)
            {
                file.Delete();
            }
        }
    }
}
