namespace Crank.Rego.Builtins.Go;

/// <summary>Durations as Go's <c>time.ParseDuration</c> reads them: <c>1h15m30.918s</c>, <c>-1.5h</c>, <c>300ms</c>.</summary>
internal static class GoDuration
{
    private static readonly System.Buffers.SearchValues<char> NumberStart = System.Buffers.SearchValues.Create(".0123456789");

    /// <returns>Nanoseconds.</returns>
    /// <exception cref="FormatException">The text is no duration, or one beyond 64 bits; the message is Go's.</exception>
    public static long Parse(string text)
    {
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return 0;
        }

        if (rest.IsEmpty)
        {
            throw Invalid(text);
        }

        UInt128 total = 0;
        while (!rest.IsEmpty)
        {
            var whole = Digits(rest);
            rest = rest[whole.Length..];
            var fraction = ReadOnlySpan<char>.Empty;
            if (rest.StartsWith("."))
            {
                fraction = Digits(rest[1..]);
                rest = rest[(fraction.Length + 1)..];
            }

            if (whole.IsEmpty && fraction.IsEmpty)
            {
                throw Invalid(text);
            }

            var unitLength = rest.IndexOfAny(NumberStart);
            var unit = unitLength < 0 ? rest : rest[..unitLength];
            if (unit.IsEmpty)
            {
                throw new FormatException($"time: missing unit in duration {GoQuote.Quote(text)}");
            }

            rest = rest[unit.Length..];
            ulong scale = unit switch
            {
                "ns" => 1,
                "us" or "\u00B5s" or "\u03BCs" => 1_000,
                "ms" => 1_000_000,
                "s" => 1_000_000_000,
                "m" => 60_000_000_000,
                "h" => 3_600_000_000_000,
                _ => throw new FormatException($"time: unknown unit {GoQuote.Quote(unit.ToString())} in duration {GoQuote.Quote(text)}"),
            };
            if (!whole.IsEmpty)
            {
                if (!ulong.TryParse(whole, out var count) || count > (1UL << 63) / scale)
                {
                    throw Invalid(text);
                }

                total += (UInt128)count * scale;
            }

            double share = scale;
            double part = 0;
            foreach (var digit in fraction)
            {
                share /= 10;
                part += (digit - '0') * share;
            }

            total += (UInt128)(part + 1e-6);
            if (total > 1UL << 63)
            {
                throw Invalid(text);
            }
        }

        return negative ? (long)-(Int128)total : total > long.MaxValue ? throw Invalid(text) : (long)total;
    }

    private static ReadOnlySpan<char> Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text : text[..end];
    }

    private static FormatException Invalid(string text) => new($"time: invalid duration {GoQuote.Quote(text)}");
}
