using System.IO.Compression;
using System.Security.Cryptography;
using Crank.Core;
using Crank.Rego.Values;
using Crank.Trust.Keys;

namespace Crank.Mesh.Authorize.Log;

/// <summary>
/// Checks a decision log: that every mark is signed, that the lines between marks are what the marks vouch for, and that no number is missing which no gap tells of.
/// Files are read in the order of their names, packed or not.
/// </summary>
public sealed class LogAudit
{
    private const int MaxLine = 16 << 20;
    private const int MaxFindings = 100;

    private readonly IReadOnlyCollection<VerificationKey> _keys;
    private readonly List<string> _findings = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string? _run;
    private long _expected;
    private long _sinceMark;
    private bool _anyMark;

    private LogAudit(IReadOnlyCollection<VerificationKey> keys) => _keys = keys;

    /// <summary>What is wrong, at most 100 of it; empty when nothing is.</summary>
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>Decisions in the log.</summary>
    public long Written { get; private set; }

    /// <summary>Decisions that rules left out.</summary>
    public long Dropped { get; private set; }

    /// <summary>Decisions that were lost, as gaps tell.</summary>
    public long Lost { get; private set; }

    /// <summary>Gaps.</summary>
    public int Gaps { get; private set; }

    /// <summary>Runs that did not end as they should: their last decisions may be missing.</summary>
    public int Unclean { get; private set; }

    /// <summary>Decisions that no mark vouches for: those after the last mark, and those of a run that did not end as it should.</summary>
    public long Uncovered { get; private set; }

    /// <summary>Checks files.</summary>
    /// <param name="files">The files, oldest first.</param>
    /// <param name="keys">The keys that the mesh signs or signed with.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static LogAudit Of(IEnumerable<string> files, IReadOnlyCollection<VerificationKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(keys);
        var audit = new LogAudit(keys);
        foreach (var file in files)
        {
            var number = 0;
            foreach (var (line, isWhole) in Lines(file))
            {
                cancellationToken.ThrowIfCancellationRequested();
                audit.Read($"{System.IO.Path.GetFileName(file)}:{++number}", line, isWhole);
            }
        }

        audit.Uncovered += audit._sinceMark;
        audit._hash.Dispose();
        return audit;
    }

    /// <summary>The lines of a file, plain or packed, each with whether it ended with a line feed.</summary>
    /// <exception cref="InvalidDataException">A line is too long.</exception>
    public static IEnumerable<(byte[] Line, bool IsWhole)> Lines(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var stream = OwnFiles.Read(file);
        using var text = file.EndsWith(".gz", StringComparison.Ordinal) ? (Stream)new GZipStream(stream, CompressionMode.Decompress) : stream;
        var line = new MemoryStream();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = text.Read(buffer)) > 0)
        {
            var rest = buffer.AsMemory(0, read);
            while (rest.Span.IndexOf((byte)'\n') is >= 0 and var end)
            {
                line.Write(rest.Span[..end]);
                rest = rest[(end + 1)..];
                yield return (line.ToArray(), true);
                line.SetLength(0);
            }

            line.Write(rest.Span);
            if (line.Length > MaxLine)
            {
                throw new InvalidDataException($"{file} has a line of more than {MaxLine} bytes.");
            }
        }

        if (line.Length > 0)
        {
            yield return (line.ToArray(), false);
        }
    }

    private void Read(string place, byte[] line, bool isWhole)
    {
        Value value;
        try
        {
            value = JsonIn.Read(line);
        }
        catch (ValueFormatException e)
        {
            // A run that was cut off may leave half a line; the mark that follows says so, and says that nothing vouches for it.
            if (isWhole)
            {
                Find(place, $"is no JSON: {e.Message}");
            }

            return;
        }

        if (value.Get("path") == LogMark.Path)
        {
            Mark(place, value, line);
            return;
        }

        _hash.AppendData(line);
        _hash.AppendData("\n"u8);
        _sinceMark++;
        Written++;
        var own = value.Get("custom").Get(LogLine.Own);
        if (!own.Get("run").TryGetString(out var run) || !own.Get("number").TryGetInt64(out var number) || !own.Get("dropped").TryGetInt64(out var dropped))
        {
            Find(place, "has no number: it is no line of this log.");
            return;
        }

        Follow(place, run, number, dropped);
        _expected = number + 1;
    }

    private void Mark(string place, in Value value, byte[] line)
    {
        if (LogMark.Read(value, _keys, out var why) is not { } mark)
        {
            Find(place, why!);
            return;
        }

        var chain = Digest.From(_hash.GetHashAndReset());
        _hash.AppendData(line);
        _hash.AppendData("\n"u8);
        if (mark is { Kind: LogMarkKind.Begin, Unclean: true })
        {
            Unclean++;
            Uncovered += _sinceMark;
        }
        else if (_anyMark && mark.Chain != chain)
        {
            Find(place, "the lines since the mark before are not those that were written: one was changed, removed or put in.");
        }

        (_anyMark, _sinceMark) = (true, 0);
        if (mark.Kind == LogMarkKind.Begin)
        {
            // Decisions of a run are counted through; another run begins anew.
            if (_run == mark.Run && mark.First != _expected)
            {
                Find(place, $"the run goes on with decision {mark.First}, not {_expected}.");
            }

            (_run, _expected) = (mark.Run, mark.First);
            return;
        }

        Follow(place, mark.Run, mark.First, mark.Dropped);
        _expected = mark.Last + 1;
        if (mark.Kind == LogMarkKind.Gap)
        {
            Gaps++;
            Lost += mark.Count;
        }
    }

    private void Follow(string place, string run, long number, long dropped)
    {
        Dropped += dropped;
        if (run != _run)
        {
            Find(place, "belongs to a run that did not begin here.");
            _run = run;
        }
        else if (number != _expected + dropped)
        {
            Find(place, $"decision {_expected + dropped} should follow, not {number}, and no gap tells of it.");
        }
    }

    private void Find(string place, string what)
    {
        if (_findings.Count < MaxFindings)
        {
            _findings.Add($"{place}: {what}");
        }
    }
}
