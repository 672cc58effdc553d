namespace Crank.Storage;

/// <summary>Orders text as SQLite does: by its UTF-8 bytes, which is by code points and not by UTF-16 units.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    internal static Utf8Order Instance { get; } = new();

    private Utf8Order()
    {
    }

    public int Compare(string? x, string? y)
    {
        var a = x.AsSpan();
        var b = y.AsSpan();
        var same = a.CommonPrefixLength(b);
        return same == a.Length || same == b.Length ? a.Length - b.Length : Rank(a[same]) - Rank(b[same]);
    }

    /// <summary>Surrogates stand for code points above all others.</summary>
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
