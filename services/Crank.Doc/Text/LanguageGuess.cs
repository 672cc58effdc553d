namespace Crank.Doc.Text;

/// <summary>Which language a text is in.</summary>
public static class LanguageGuess
{
    private const int SampleLength = 4000;
    private const int FewestLetters = 12;
    private const double WordBonus = 1.5;

    /// <summary>BCP 47 tag in lower case; null when there is too little text or no language known here fits.</summary>
    public static string? Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sample = text.Length > SampleLength ? text[..SampleLength] : text;
        var counts = new int[Enum.GetValues<Script>().Length];
        foreach (var c in sample)
        {
            if (char.IsLetter(c))
            {
                counts[(int)Scripts.Of(c)]++;
            }
        }

        var letters = counts.Sum();
        var eastAsian = counts[(int)Script.Han] + counts[(int)Script.Kana] + counts[(int)Script.Hangul];
        if (letters < FewestLetters && eastAsian < 4)
        {
            return null;
        }

        if (eastAsian * 3 >= letters)
        {
            return EastAsian(sample, counts);
        }

        var script = (Script)Array.IndexOf(counts, counts.Max());
        return Best(sample, script);
    }

    private static string EastAsian(string sample, int[] counts)
    {
        if (counts[(int)Script.Hangul] > counts[(int)Script.Han] + counts[(int)Script.Kana])
        {
            return "ko";
        }

        if (counts[(int)Script.Kana] * 20 >= counts[(int)Script.Han])
        {
            return "ja";
        }

        return Score("zh-tw") > Score("zh-cn") ? "zh-tw" : "zh-cn";

        double Score(string code) => TextScore.OfAll(sample, code);
    }

    private static string? Best(string sample, Script script)
    {
        string? best = null;
        var bestScore = double.NegativeInfinity;
        var words = LanguageModel.Words(sample).ToList();
        foreach (var language in Languages.Alphabetic)
        {
            if (language.Script == script)
            {
                var score = TextScore.OfAll(sample, language) + (WordBonus * words.Count(language.KnowsWord));
                if (score > bestScore)
                {
                    (best, bestScore) = (language.Code, score);
                }
            }
        }

        return best;
    }
}
