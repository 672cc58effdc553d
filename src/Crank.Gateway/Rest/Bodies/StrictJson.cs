using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Crank.Gateway.Problems;

namespace Crank.Gateway.Rest.Bodies;

/// <summary>Takes JSON as RFC 8259 has it and nothing that two readers could understand in two ways.</summary>
/// <remarks>Refused beyond what is no JSON at all: a name that stands twice in an object, bytes that are not UTF-8, half a surrogate pair, more levels than allowed.</remarks>
internal static class StrictJson
{
    /// <summary>Checks a whole body.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="maxDepth">Levels of arrays and objects, ≥ 1.</param>
    /// <exception cref="BadRequestException">It is not that; the pointer says where.</exception>
    public static void Check(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw Refused("", $"Byte {FirstBad(utf8)} of the body is not UTF-8.", "Send JSON in UTF-8.");
        }

        var levels = new List<Level>();
        var names = new OpenNames();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
            {
                Take(ref reader, utf8, levels, names);
            }
        }
        catch (JsonException e)
        {
            throw Refused(Pointer(utf8, levels, names), $"The body is not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {Reason(e)}", "Check the body with any JSON parser.");
        }
    }

    /// <summary>A token of a JSON Pointer (RFC 6901) for a member's name.</summary>
    public static string Escape(string name) =>
        name.AsSpan().IndexOfAny('~', '/') < 0 ? name : name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static void Take(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, List<Level> levels, OpenNames names)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                TakeName(ref reader, utf8, levels, names);
                return;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                names.Cut(levels[^1].FirstName);
                levels.RemoveAt(levels.Count - 1);
                return;
        }

        if (levels.Count > 0)
        {
            CollectionsMarshal.AsSpan(levels)[^1].Index++;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                levels.Add(new() { IsObject = reader.TokenType == JsonTokenType.StartObject, FirstName = names.Count, Index = -1 });
                break;
            case JsonTokenType.String when reader.ValueIsEscaped:
                _ = Text(ref reader, utf8, levels, names);
                break;
        }
    }

    private static void TakeName(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, List<Level> levels, OpenNames names)
    {
        ref var level = ref CollectionsMarshal.AsSpan(levels)[^1];
        var escaped = reader.ValueIsEscaped ? Text(ref reader, utf8, levels, names) : null;
        if (!names.Add(utf8, level.FirstName, ref level.Seen, (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, escaped))
        {
            throw Refused(Pointer(utf8, levels, names), $"The name '{names.Read(utf8, names.Count - 1)}' stands twice in one object.", "Give each name once.");
        }
    }

    private static string Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, List<Level> levels, OpenNames names)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refused(Pointer(utf8, levels, names), "A text holds half of a surrogate pair, which is no character.", "Escape characters beyond U+FFFF as two surrogates, or send them in UTF-8.");
        }
    }

    private static string Pointer(ReadOnlySpan<byte> utf8, List<Level> levels, OpenNames names)
    {
        var pointer = new StringBuilder();
        for (var i = 0; i < levels.Count; i++)
        {
            var end = i + 1 < levels.Count ? levels[i + 1].FirstName : names.Count;
            if (!levels[i].IsObject && levels[i].Index >= 0)
            {
                pointer.Append('/').Append(levels[i].Index.ToString(CultureInfo.InvariantCulture));
            }
            else if (levels[i].IsObject && end > levels[i].FirstName)
            {
                pointer.Append('/').Append(Escape(names.Read(utf8, end - 1)));
            }
        }

        return pointer.ToString();
    }

    /// <summary>What the reader says, without the position, which it counts from 0.</summary>
    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? e.Message : e.Message[..end];
    }

    private static int FirstBad(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(utf8[at..], out _, out var bytes) == System.Buffers.OperationStatus.Done)
        {
            at += bytes;
        }

        return at;
    }

    private static BadRequestException Refused(string pointer, string detail, string hint) =>
        new(ProblemCodes.BadRequest, detail, hint, ImmutableArray.Create(new ProblemPointer(pointer, detail)));

    private struct Level
    {
        public bool IsObject;

        /// <summary>Where the names of this object begin among those of all that are open; the last of them is the one that is read.</summary>
        public int FirstName;

        /// <summary>All names of an object with many; null while it has few.</summary>
        public HashSet<string>? Seen;

        public int Index;
    }
}
