using System.Globalization;
using System.Text;

namespace Crank.Node.Workers;

/// <summary>The end of a worker's standard error: read to its end so that the worker never waits, kept to a cap, shown escaped.</summary>
internal sealed class ErrorTail(Stream errors)
{
    private const int MaxBytes = 2048;
    private readonly Lock _gate = new();
    private readonly byte[] _last = new byte[MaxBytes];
    private int _count;

    /// <summary>Reads until the worker closes its end.</summary>
    public async Task ReadAsync()
    {
        var buffer = new byte[4096];
        try
        {
            for (int read; (read = await errors.ReadAsync(buffer)) > 0;) Keep(buffer.AsSpan(0, read));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The worker is gone, and what it said is kept.
        }
    }

    /// <summary>What was said last; foreign text, with what could steer a terminal escaped.</summary>
    public override string ToString()
    {
        lock (_gate) return Escape(Encoding.UTF8.GetString(_last, 0, _count));
    }

    /// <summary>Makes foreign text safe for a terminal and a log line.</summary>
    public static string Escape(string text)
    {
        StringBuilder? safe = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (IsHarmless(c))
            {
                safe?.Append(c);
                continue;
            }

            safe ??= new StringBuilder(text, 0, i, text.Length + 32);
            if (c == '\n') safe.Append(" | ");
            else safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }

        return safe?.ToString() ?? text;
    }

    private static bool IsHarmless(char c) => c is >= ' ' and <= '~'
        || (!char.IsControl(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes) bytes = bytes[^MaxBytes..];
        lock (_gate)
        {
            var stay = Math.Min(_count, MaxBytes - bytes.Length);
            _last.AsSpan(_count - stay, stay).CopyTo(_last);
            bytes.CopyTo(_last.AsSpan(stay));
            _count = stay + bytes.Length;
        }
    }
}
