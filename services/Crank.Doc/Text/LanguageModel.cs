using System.Collections.Frozen;
using System.Globalization;

namespace Crank.Doc.Text;

/// <summary>Which letters follow each other in one alphabetic language, counted from one paragraph of <c>languages.txt</c>.</summary>
internal sealed class LanguageModel
{
    private const int Boundary = 0;
    private const double PairTrust = 6;
    private const double UnseenLetter = 0.25;
    private const double ForeignLetter = -10.5;

    private readonly FrozenDictionary<char, int> _index;
    private readonly double[] _pairs;
    private readonly FrozenSet<string> _shortWords;
    private readonly int _size;

    public LanguageModel(string code, string sample)
    {
        Code = code;
        Script = Scripts.Of(sample.First(char.IsLetter));
        var letters = sample.Where(Scripts.IsLetterOrMark).Select(char.ToLowerInvariant).Distinct().ToList();
        _index = letters.Select((c, i) => (c, Index: i + 1)).ToFrozenDictionary(p => p.c, p => p.Index);
        _size = letters.Count + 1;
        _pairs = Count(sample);
        _shortWords = Words(sample).Where(w => w.Length is >= 2 and <= 7).ToFrozenSet();
    }

    /// <summary>BCP 47 tag, lower case.</summary>
    public string Code { get; }

    public Script Script { get; }

    public bool Knows(char letter) => _index.ContainsKey(char.ToLowerInvariant(letter));

    /// <summary>True for a word of two to seven letters that the paragraph holds; lower case.</summary>
    public bool KnowsWord(string word) => _shortWords.Contains(word);

    /// <summary>Natural logarithm of how likely <paramref name="next"/> is after <paramref name="previous"/>; what is no letter counts as the end of a word.</summary>
    public double Pair(char previous, char next)
    {
        var from = _index.GetValueOrDefault(char.ToLowerInvariant(previous), Boundary);
        if (!Scripts.IsLetterOrMark(next))
        {
            return _pairs[from * _size];
        }

        return _index.TryGetValue(char.ToLowerInvariant(next), out var to)
            ? _pairs[(from * _size) + to]
            : Scripts.Of(next) == Script ? ForeignLetter : ForeignLetter - 2.5;
    }

    public static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inside = i < text.Length && Scripts.IsLetterOrMark(text[i]);
            if (inside && start < 0)
            {
                start = i;
            }
            else if (!inside && start >= 0)
            {
                yield return text[start..i].ToLower(CultureInfo.InvariantCulture);
                start = -1;
            }
        }
    }

    private double[] Count(string sample)
    {
        var counts = new double[_size * _size];
        var letters = new double[_size];
        var previous = Boundary;
        foreach (var c in sample)
        {
            var at = Scripts.IsLetterOrMark(c) ? _index[char.ToLowerInvariant(c)] : Boundary;
            if (at != Boundary || previous != Boundary)
            {
                counts[(previous * _size) + at]++;
                letters[at]++;
            }

            previous = at;
        }

        var all = letters.Sum();
        var pairs = new double[counts.Length];
        for (var from = 0; from < _size; from++)
        {
            var row = counts.AsSpan(from * _size, _size);
            var total = 0.0;
            foreach (var count in row)
            {
                total += count;
            }

            var trust = total / (total + PairTrust);
            for (var to = 0; to < _size; to++)
            {
                var alone = (letters[to] + UnseenLetter) / (all + (UnseenLetter * _size));
                var pair = total > 0 ? row[to] / total : 0;
                pairs[(from * _size) + to] = Math.Log((trust * pair) + ((1 - trust) * alone) + 1e-9);
            }
        }

        return pairs;
    }
}
