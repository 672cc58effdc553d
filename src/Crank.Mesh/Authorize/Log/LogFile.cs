using System.IO.Compression;
using System.Security.Cryptography;
using Crank.Core;
using Crank.Rego.Values;
using Crank.Trust.Keys;

namespace Crank.Mesh.Authorize.Log;

/// <summary>The file that lines go to now, and those before it. Lines are in it after <see cref="Commit"/>. For one thread.</summary>
internal sealed class LogFile(string folder, PolicyLogSettings settings, Func<SigningKey> key, IReadOnlyDictionary<string, string> labels, TimeProvider clock) : IDisposable
{
    public const string Prefix = "decisions-";
    public const string Ending = ".jsonl";
    public const string Packed = ".jsonl.gz";
    private const int MaxMark = 64 << 10;

    private readonly MemoryStream _batch = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private FileStream? _file;
    private DateTimeOffset _made;
    private bool _first = true;
    private bool _unclean;

    public bool IsOpen => _file is not null;

    public long BatchBytes => _batch.Length;

    /// <summary>Lines since the last mark.</summary>
    public int Lines { get; private set; }

    public bool IsFull => _file is not null && (_file.Length >= settings.FileBytes || clock.GetUtcNow() - _made >= settings.FileAge);

    /// <summary>SHA-256 over the last mark and the lines since.</summary>
    public Digest Chain => Digest.From(_hash.GetCurrentHash());

    /// <summary>Opens the file of the run before when that ended as it should and is not full; else another.</summary>
    /// <param name="begin">Makes the first line, told whether the run before ended as it should not.</param>
    public void Open(Func<bool, LogMark> begin)
    {
        OwnFiles.MakeFolder(folder);
        var newest = OwnFiles.List(folder, Prefix, Ending) is [.., var last] ? last : null;
        if (_first)
        {
            _first = false;
            if (newest is not null && EndOf(newest) is { } end)
            {
                Restart(end);
                _made = new(newest.CreationTimeUtc, TimeSpan.Zero);
                if (newest.Length < settings.FileBytes && clock.GetUtcNow() - _made < settings.FileAge)
                {
                    _file = OwnFiles.Open(newest.FullName, FileMode.Open);
                    _file.Position = _file.Length;
                }
            }
            else
            {
                _unclean = newest is not null;
            }
        }

        if (_file is null)
        {
            _made = clock.GetUtcNow();
            _file = OwnFiles.Open(OwnFiles.Next(folder, Prefix, Ending, _made), FileMode.CreateNew);
            Tidy(System.IO.Path.GetFileName(_file.Name));
        }

        Add(begin(_unclean));
        _unclean = false;
    }

    public void Add(ReadOnlySpan<byte> line)
    {
        _batch.Write(line);
        _batch.WriteByte((byte)'\n');
        Lines++;
        _hash.AppendData(line);
        _hash.AppendData("\n"u8);
    }

    public void Add(LogMark mark)
    {
        var line = mark.Sign(key(), labels);
        _ = _hash.GetHashAndReset();
        Add(line);
        Lines = 0;
    }

    /// <exception cref="IOException">The disk refused it.</exception>
    public void Commit()
    {
        if (_batch.Length > 0)
        {
            _file!.Write(_batch.GetBuffer().AsSpan(0, (int)_batch.Length));
            _batch.SetLength(0);
        }
    }

    /// <summary>Forgets what was not committed. The file may end in the middle of a line, so another one is opened.</summary>
    public void Abandon()
    {
        _batch.SetLength(0);
        Lines = 0;
        _ = _hash.GetHashAndReset();
        _unclean = _unclean || _file is not null;
        _first = false;
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // It could not be written, and is given up.
        }

        _file = null;
    }

    public void Close()
    {
        _file?.Flush(flushToDisk: true);
        _file?.Dispose();
        _file = null;
    }

    public void Dispose()
    {
        Abandon();
        _hash.Dispose();
    }

    private void Restart(byte[] mark)
    {
        _ = _hash.GetHashAndReset();
        _hash.AppendData(mark);
        _hash.AppendData("\n"u8);
    }

    /// <summary>The last line of a file when it is the end of a run; null for anything else.</summary>
    private static byte[]? EndOf(FileInfo file)
    {
        using var stream = OwnFiles.Read(file.FullName);
        var tail = new byte[Math.Min(stream.Length, MaxMark)];
        stream.Position = stream.Length - tail.Length;
        stream.ReadExactly(tail);
        if (tail is not [.., (byte)'\n'])
        {
            return null;
        }

        var line = tail.AsSpan(0, tail.Length - 1);
        line = line[(line.LastIndexOf((byte)'\n') + 1)..];
        try
        {
            var value = JsonIn.Read(line);
            return value.Get("path") == LogMark.Path && value.Get("result").Get("mark") == "end" ? line.ToArray() : null;
        }
        catch (ValueFormatException)
        {
            return null;
        }
    }

    /// <summary>Packs what is closed, and removes what is too much or too old.</summary>
    private void Tidy(string current)
    {
        try
        {
            var oldest = clock.GetUtcNow() - settings.Keep;
            var kept = 0;
            foreach (var file in OwnFiles.List(folder, Prefix, Ending, Packed).Reverse())
            {
                if (++kept > Math.Max(1, settings.Files) || (file.Name != current && file.LastWriteTimeUtc < oldest.UtcDateTime))
                {
                    file.Delete();
                }
                else if (settings.Pack && file.Name != current && file.Name.EndsWith(Ending, StringComparison.Ordinal))
                {
                    Pack(file);
                }
            }
        }
        catch (IOException)
        {
            // The next file tries again; lines matter more.
        }
    }

    private static void Pack(FileInfo file)
    {
        var packed = file.FullName + ".gz";
        using (var from = OwnFiles.Read(file.FullName))
        using (var to = OwnFiles.Open(packed + ".new", FileMode.Create))
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
        {
            from.CopyTo(gzip);
        }

        File.Move(packed + ".new", packed, overwrite: true);
        file.Delete();
    }
}
