namespace Crank.Doc.Reading.Markdown;

/// <summary>A run of <c>*</c>, <c>_</c> or <c>~</c> that may open or close emphasis.</summary>
internal sealed class Delimiter(char sign, int count, InlineNode node, bool opens, bool closes)
{
    public char Sign { get; } = sign;

    public int Original { get; } = count;

    public int Count { get; set; } = count;

    public InlineNode Node { get; } = node;

    public bool Opens { get; } = opens;

    public bool Closes { get; } = closes;

    public Delimiter? Previous { get; set; }

    public Delimiter? Next { get; set; }

    /// <summary>Which runs fail together: where one of a class found no opener, no other of it will.</summary>
    public int Class => ((Sign == '*' ? 0 : Sign == '_' ? 1 : 2) * 6) + (Opens ? 3 : 0) + (Original % 3);

    public const int Classes = 18;

    /// <summary>The "rule of three" of CommonMark 0.31, section 6.2, and GFM's equal length of strikethroughs.</summary>
    public bool Matches(Delimiter opener)
    {
        if (opener.Sign != Sign || !opener.Opens)
        {
            return false;
        }

        if (Sign == '~')
        {
            return opener.Original == Original;
        }

        return !((Opens || opener.Closes) && Original % 3 != 0 && (opener.Original + Original) % 3 == 0);
    }
}
