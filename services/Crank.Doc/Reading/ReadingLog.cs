using System.Collections.Immutable;
using Crank.Doc.Model;

namespace Crank.Doc.Reading;

/// <summary>Collects losses and findings of one document; bounded, so that a hostile file cannot make the answer long.</summary>
public sealed class ReadingLog
{
    private const int FindingsPerKind = 20;
    private const int DetailLength = 200;

    private readonly SortedDictionary<LossKind, int> _losses = [];
    private readonly SortedDictionary<FindingKind, List<string>> _findings = [];

    /// <summary>Counts losses of one kind.</summary>
    public void Lose(LossKind kind, int count = 1) => _losses[kind] = _losses.GetValueOrDefault(kind) + count;

    /// <summary>Keeps a finding; repeated ones, and those after the twentieth of a kind, add nothing.</summary>
    /// <param name="kind">What was found.</param>
    /// <param name="detail">Where or what; cut to 200 characters, control characters replaced.</param>
    public void Find(FindingKind kind, string detail)
    {
        if (!_findings.TryGetValue(kind, out var details))
        {
            _findings[kind] = details = [];
        }

        if (details.Count < FindingsPerKind)
        {
            var shown = Clean(detail);
            if (!details.Contains(shown))
            {
                details.Add(shown);
            }
        }
    }

    /// <summary>One entry per kind, in the order of <see cref="LossKind"/>.</summary>
    public ImmutableArray<Loss> Losses => [.. _losses.Select(l => new Loss(l.Key, l.Value))];

    /// <summary>In the order of <see cref="FindingKind"/>, then of discovery.</summary>
    public ImmutableArray<Finding> Findings => [.. _findings.SelectMany(f => f.Value.Select(d => new Finding(f.Key, d)))];

    private static string Clean(string detail) =>
        string.Create(Math.Min(detail.Length, DetailLength), detail, static (span, text) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(text[i]) || char.IsSurrogate(text[i]) ? '?' : text[i];
            }
        });
}
