using System.Collections.Frozen;

namespace Crank.Doc.Text;

/// <summary>The languages known here, read once from the two lists beside this file.</summary>
internal static class Languages
{
    public static IReadOnlyList<LanguageModel> Alphabetic { get; } = [.. Lines("languages.txt").Select(l => new LanguageModel(l.Code, l.Text))];

    public static IReadOnlyList<IdeographModel> Ideographic { get; } = [.. Lines("ideographs.txt").Select(l => new IdeographModel(l.Code, l.Text))];

    private static FrozenDictionary<string, LanguageModel> AlphabeticByCode { get; } = Alphabetic.ToFrozenDictionary(m => m.Code);

    private static FrozenDictionary<string, IdeographModel> IdeographicByCode { get; } = Ideographic.ToFrozenDictionary(m => m.Code);

    public static LanguageModel Named(string code) => AlphabeticByCode[code];

    public static IdeographModel Ideographs(string code) => IdeographicByCode[code];

    private static IEnumerable<(string Code, string Text)> Lines(string file)
    {
        using var stream = typeof(Languages).Assembly.GetManifestResourceStream("Crank.Doc.Text." + file)
            ?? throw new InvalidOperationException($"The list '{file}' is not in this assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                var tab = line.IndexOf('\t', StringComparison.Ordinal);
                yield return (line[..tab], line[(tab + 1)..]);
            }
        }
    }
}
