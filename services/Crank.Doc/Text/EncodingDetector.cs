using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Crank.Doc.Text;

/// <summary>
/// Finds the encoding of plain text: by mark, by being valid UTF-8, by the pattern of UTF-16 and UTF-32 and the escapes of ISO 2022,
/// and for the rest by how much the decoded text looks like a language that used the encoding. UTF-7 is never honoured.
/// </summary>
public static class EncodingDetector
{
    private const int SampleBytes = 6 * 1024;
    private const int WideSampleBytes = 16 * 1024;
    private const double WorstPlausible = -9;

    private static readonly SearchValues<byte> _controls = SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31]);

    static EncodingDetector() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Finds the encoding; looks at all bytes for UTF-8, at a bounded sample for the rest.</summary>
    public static DetectedEncoding Detect(ReadOnlySpan<byte> bytes)
    {
        if (ByMark(bytes) is { } marked)
        {
            return marked;
        }

        var hasControls = bytes[..Math.Min(bytes.Length, WideSampleBytes)].ContainsAny(_controls);
        if (hasControls && Wide(bytes) is { } wide)
        {
            return wide;
        }

        if (System.Text.Ascii.IsValid(bytes))
        {
            return Iso2022(bytes) ?? Utf8(certain: true);
        }

        if (Utf8Share(bytes) is var (valid, invalid) && (invalid == 0 || (valid >= 5 && invalid * 10 <= valid)))
        {
            return Utf8(certain: invalid == 0);
        }

        return Ebcdic(bytes) ?? Best(SampleOf(bytes), EncodingCandidates.AsciiSupersets, TextScore.OfForeignWords, TextScore.OfForeignWords);
    }

    /// <summary>The encoding of that name; null when it is not known here. UTF-7 is not.</summary>
    public static DetectedEncoding? Named(string name)
    {
        var wanted = name.Trim().ToLowerInvariant();
        if (wanted is "utf-8" or "utf8" or "ascii" or "us-ascii")
        {
            return Utf8(certain: true);
        }

        if (EncodingCandidates.AsciiSupersets.Concat(EncodingCandidates.Ebcdic).FirstOrDefault(c => c.Name == wanted) is { } candidate)
        {
            return new DetectedEncoding(candidate.Name, Lenient(candidate.CodePage), 0, Certain: true);
        }

        try
        {
            var encoding = Encoding.GetEncoding(wanted, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback);
            return new DetectedEncoding(wanted, encoding, 0, Certain: true);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static DetectedEncoding? ByMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Utf8(certain: true) with { MarkLength = 3 },
        [0xFF, 0xFE, 0, 0, ..] when bytes.Length % 4 == 0 => Marked("utf-32le", 12000, 4),
        [0, 0, 0xFE, 0xFF, ..] when bytes.Length % 4 == 0 => Marked("utf-32be", 12001, 4),
        [0xFF, 0xFE, ..] => Marked("utf-16le", 1200, 2),
        [0xFE, 0xFF, ..] => Marked("utf-16be", 1201, 2),
        [0x84, 0x31, 0x95, 0x33, ..] => Marked("gb18030", 54936, 4),
        _ => null,
    };

    private static DetectedEncoding Marked(string name, int codePage, int length) => new(name, Lenient(codePage), length, Certain: true);

    private static DetectedEncoding Utf8(bool certain) => new("utf-8", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 0, certain);

    private static Encoding Lenient(int codePage) => Encoding.GetEncoding(codePage, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD"));

    private static DetectedEncoding? Wide(ReadOnlySpan<byte> bytes)
    {
        var sample = bytes[..Math.Min(bytes.Length, WideSampleBytes)];
        foreach (var (name, codePage) in new[] { ("utf-32le", 12000), ("utf-32be", 12001) })
        {
            if (bytes.Length % 4 == 0 && sample.Length >= 8 && Decoded(sample[..(sample.Length & ~3)], codePage) is { } text && Plausible(text))
            {
                return new DetectedEncoding(name, Lenient(codePage), 0, Certain: false);
            }
        }

        DetectedEncoding? best = null;
        var bestScore = WorstPlausible;
        foreach (var (name, codePage) in new[] { ("utf-16le", 1200), ("utf-16be", 1201) })
        {
            if (sample.Length >= 4 && Decoded(sample[..(sample.Length & ~1)], codePage) is { } text && Plausible(text) && PerCharacter(text) is var score && score > bestScore)
            {
                best = new DetectedEncoding(name, Lenient(codePage), 0, Certain: false);
                bestScore = score;
            }
        }

        return best;
    }

    private static bool Plausible(string text)
    {
        var odd = 0;
        foreach (var c in text)
        {
            if ((char.IsControl(c) && c is not ('\t' or '\n' or '\r' or '\f')) || c == '\uFFFD' || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.OtherNotAssigned or System.Globalization.UnicodeCategory.PrivateUse)
            {
                odd++;
            }
        }

        return odd * 50 <= text.Length;
    }

    private static double PerCharacter(string text)
    {
        var sample = text.Length > 1000 ? text[..1000] : text;
        var best = double.NegativeInfinity;
        foreach (var language in Languages.Alphabetic)
        {
            best = Math.Max(best, language.Code == "ko" ? TextScore.OfAll(sample, "ko") : TextScore.OfAll(sample, language));
        }

        foreach (var language in Languages.Ideographic)
        {
            best = Math.Max(best, TextScore.OfAll(sample, language.Code));
        }

        return best / sample.Length;
    }

    private static DetectedEncoding? Iso2022(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf((byte)0x1B) < 0)
        {
            return null;
        }

        if (bytes.IndexOf("\u001B$)C"u8) >= 0)
        {
            return new DetectedEncoding("iso-2022-kr", Lenient(50225), 0, Certain: false);
        }

        return bytes.IndexOf("\u001B$B"u8) >= 0 || bytes.IndexOf("\u001B$@"u8) >= 0 || bytes.IndexOf("\u001B(J"u8) >= 0 || bytes.IndexOf("\u001B(I"u8) >= 0
            ? new DetectedEncoding("iso-2022-jp", Lenient(50221), 0, Certain: false)
            : null;
    }

    /// <summary>Well-formed sequences beyond ASCII, and ill-formed ones; a sequence cut by the end counts as neither.</summary>
    private static (long Valid, long Invalid) Utf8Share(ReadOnlySpan<byte> bytes)
    {
        long valid = 0, invalid = 0;
        while (bytes.Length > 0)
        {
            var next = bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (next < 0)
            {
                break;
            }

            bytes = bytes[next..];
            var status = Rune.DecodeFromUtf8(bytes, out _, out var used);
            switch (status)
            {
                case OperationStatus.Done: valid++; break;
                case OperationStatus.InvalidData: invalid++; break;
            }

            bytes = bytes[Math.Max(1, used)..];
        }

        return (valid, invalid);
    }

    private static DetectedEncoding? Ebcdic(ReadOnlySpan<byte> bytes)
    {
        var sample = bytes[..Math.Min(bytes.Length, SampleBytes)];
        int spaces = 0, letters = 0, asciiLetters = 0;
        foreach (var b in sample)
        {
            spaces += b == 0x40 ? 1 : 0;
            asciiLetters += b is 0x20 or >= (byte)'a' and <= (byte)'z' ? 1 : 0;
            letters += b is >= 0x81 and <= 0x89 or >= 0x91 and <= 0x99 or >= 0xA2 and <= 0xA9 or >= 0xC1 and <= 0xC9 or >= 0xD1 and <= 0xD9 or >= 0xE2 and <= 0xE9 or >= 0xF0 and <= 0xF9 ? 1 : 0;
        }

        return spaces * 40 >= sample.Length && letters * 2 >= sample.Length && asciiLetters * 10 <= sample.Length
            ? Best(sample, EncodingCandidates.Ebcdic, TextScore.OfAll, TextScore.OfAll)
            : null;
    }

    private static DetectedEncoding Best(ReadOnlySpan<byte> sample, ImmutableArray<EncodingCandidate> candidates, Func<string, LanguageModel, double> alphabetic, Func<string, string, double> eastAsian)
    {
        EncodingCandidate? best = null;
        var bestScore = double.NegativeInfinity;
        foreach (var candidate in candidates)
        {
            if (Decoded(sample, candidate.CodePage) is not { } text)
            {
                continue;
            }

            foreach (var language in candidate.Languages)
            {
                var score = candidate.Prior + (EncodingCandidates.IsEastAsian(language) ? eastAsian(text, language) : alphabetic(text, Languages.Named(language)));
                if (score > bestScore)
                {
                    (best, bestScore) = (candidate, score);
                }
            }
        }

        return best is null
            ? new DetectedEncoding("windows-1252", Lenient(1252), 0, Certain: false)
            : new DetectedEncoding(best.Name, Lenient(best.CodePage), 0, Certain: false);
    }

    private static string? Decoded(ReadOnlySpan<byte> sample, int codePage)
    {
        try
        {
            return Lenient(codePage).GetString(sample);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The lines that hold bytes beyond ASCII, so that a long English file with one foreign name is judged by the name.</summary>
    private static byte[] SampleOf(ReadOnlySpan<byte> bytes)
    {
        var sample = new ArrayBufferWriter<byte>(SampleBytes);
        while (bytes.Length > 0 && sample.WrittenCount < SampleBytes)
        {
            var next = bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (next < 0)
            {
                break;
            }

            var start = Math.Max(bytes[..next].LastIndexOf((byte)'\n') + 1, next - 512);
            var length = bytes[next..].IndexOf((byte)'\n') is >= 0 and var end ? next + end + 1 - start : bytes.Length - start;
            length = Math.Min(length, SampleBytes - sample.WrittenCount);
            sample.Write(bytes.Slice(start, length));
            bytes = bytes[(start + length)..];
        }

        return sample.WrittenSpan.ToArray();
    }
}
