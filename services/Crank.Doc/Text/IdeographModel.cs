using System.Collections.Frozen;

namespace Crank.Doc.Text;

/// <summary>How usual an ideograph is in one language, from its place in <c>ideographs.txt</c>.</summary>
internal sealed class IdeographModel
{
    private const double Rare = -10.5;
    private readonly FrozenDictionary<char, double> _logarithms;

    public IdeographModel(string code, string byFrequency)
    {
        Code = code;
        var distinct = byFrequency.Distinct().ToList();
        var total = Enumerable.Range(0, distinct.Count).Sum(Weight);
        _logarithms = distinct.Select((c, rank) => (c, Log: Math.Log(0.85 * Weight(rank) / total))).ToFrozenDictionary(p => p.c, p => p.Log);
    }

    public string Code { get; }

    public double Of(char ideograph) => _logarithms.GetValueOrDefault(ideograph, Rare);

    private static double Weight(int rank) => 1.0 / (rank + 30);
}
