using System.Text;

namespace Crank.Doc.Reading.Docx;

/// <summary>Reads the code of a field (ISO/IEC 29500-1, section 17.16.2). Nothing in it is ever run.</summary>
internal static class FieldCode
{
    private const int MostWords = 32;

    /// <summary>The words of a code; quotes hold a word together.</summary>
    public static List<string> Words(string code)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        foreach (var c in code)
        {
            if (c is '"' or '“' or '”')
            {
                quoted = !quoted;
            }
            else if (char.IsWhiteSpace(c) && !quoted)
            {
                Take();
            }
            else
            {
                word.Append(c);
            }

            if (words.Count == MostWords)
            {
                return words;
            }
        }

        Take();
        return words;

        void Take()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>Where a HYPERLINK field leads; null when it does not say.</summary>
    public static string? LinkTarget(List<string> words)
    {
        string? target = null, anchor = null;
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i] is @"\l" && i + 1 < words.Count)
            {
                anchor = words[++i];
            }
            else if (words[i].StartsWith('\\'))
            {
                // \o and \t carry a word of their own, \n and \m none.
                i += words[i] is @"\o" or @"\t" ? 1 : 0;
            }
            else
            {
                target ??= words[i];
            }
        }

        return (target, anchor) switch
        {
            (null, null) => null,
            (_, null) => target,
            _ => $"{target}#{anchor}",
        };
    }
}
