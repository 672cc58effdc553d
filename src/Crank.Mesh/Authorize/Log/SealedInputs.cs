using System.Buffers.Binary;
using System.Text;
using Crank.Core;
using Crank.Trust.Sealing;

namespace Crank.Mesh.Authorize.Log;

/// <summary>
/// The sealed inputs of decisions, in files that are only written on at their end: 26 letters of the decision's id, four bytes of length, the seal. To erase one is to put zeros in
/// its place. Reading and erasing are safe beside a process that writes.
/// </summary>
public sealed class SealedInputs(string folder, SealingKey key)
{
    internal const string Prefix = "inputs-";
    internal const string Ending = ".sealed";
    internal const int IdSize = 26;
    internal const int HeadSize = IdSize + sizeof(int);

    /// <summary>The largest seal.</summary>
    internal const int MaxSeal = 8 << 20;

    /// <summary>What is kept of a decision.</summary>
    /// <param name="decision">Names it.</param>
    /// <param name="erased">True when it was kept and was erased.</param>
    /// <returns>Null when nothing is kept, or it was erased.</returns>
    /// <exception cref="FormatException">It was sealed under another key, or was changed.</exception>
    public SealedDecision? Find(DecisionId decision, out bool erased)
    {
        erased = false;
        foreach (var file in Files().Reverse())
        {
            foreach (var record in Records(file, decision))
            {
                erased = record.IsErased;
                return erased ? null : Opened(record);
            }
        }

        return null;
    }

    /// <summary>Everything that is kept and was not erased, oldest first.</summary>
    /// <exception cref="FormatException">Something was sealed under another key, or was changed.</exception>
    public IEnumerable<SealedDecision> All() => Files().SelectMany(file => Records(file, null)).Where(static record => !record.IsErased).Select(Opened);

    /// <summary>Erases what is kept of a decision, for good.</summary>
    /// <returns>False when nothing is kept.</returns>
    public bool Erase(DecisionId decision)
    {
        foreach (var file in Files().Reverse())
        {
            foreach (var record in Records(file, decision))
            {
                using var stream = OwnFiles.Open(file.FullName, FileMode.Open);
                stream.Position = record.At;
                stream.Write(new byte[record.Seal.Length]);
                stream.Flush(flushToDisk: true);
                return true;
            }
        }

        return false;
    }

    internal static byte[] Place(DecisionId decision) => Encoding.ASCII.GetBytes($"crank.policy.input/1 {decision}");

    /// <summary>Where the last whole record of a file ends.</summary>
    internal static long EndOf(FileStream stream)
    {
        stream.Position = 0;
        var end = 0L;
        while (Head(stream) is { } head && end + HeadSize + head.Length <= stream.Length)
        {
            end += HeadSize + head.Length;
            stream.Position = end;
        }

        return end;
    }

    private IReadOnlyList<FileInfo> Files() => OwnFiles.List(folder, Prefix, Ending);

    private SealedDecision Opened(Record record) => key.Open(record.Seal, Place(record.Decision)) is { } text
        ? SealedDecision.Read(text)
        : throw new FormatException($"The input of decision {record.Decision} was sealed with another key, or was changed.");

    private static IEnumerable<Record> Records(FileInfo file, DecisionId? wanted)
    {
        FileStream stream;
        try
        {
            stream = OwnFiles.Read(file.FullName);
        }
        catch (FileNotFoundException)
        {
            // Its time was over between listing and opening.
            yield break;
        }

        using (stream)
        {
            var at = 0L;
            while (Head(stream) is { } head && at + HeadSize + head.Length <= stream.Length)
            {
                at += HeadSize;
                if (wanted is null || wanted == head.Decision)
                {
                    var seal = new byte[head.Length];
                    stream.ReadExactly(seal);
                    yield return new(head.Decision, at, seal);
                }

                at += head.Length;
                stream.Position = at;
            }
        }
    }

    private static (DecisionId Decision, int Length)? Head(FileStream stream)
    {
        var head = new byte[HeadSize];
        return stream.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false) == HeadSize
            && DecisionId.TryParse(Encoding.ASCII.GetString(head, 0, IdSize), null, out var decision)
            && BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(IdSize)) is >= 0 and <= MaxSeal and var length
                ? (decision, length)
                : null;
    }

    private sealed record Record(DecisionId Decision, long At, byte[] Seal)
    {
        public bool IsErased => !Seal.AsSpan().ContainsAnyExcept((byte)0);
    }
}
