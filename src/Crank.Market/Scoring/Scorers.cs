using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Crank.Core;

namespace Crank.Market;

/// <summary>The scorers that a mesh knows, by name.</summary>
public sealed class Scorers
{
    private readonly FrozenDictionary<string, IScorer> _byName;

    private Scorers(IEnumerable<IScorer> scorers) => _byName = scorers.ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary><c>cheapest</c>, <c>fastest</c>, <c>greenest</c> and <c>trusted</c>.</summary>
    public static Scorers BuiltIn { get; } = new([new CheapestScorer(), new FastestScorer(), new GreenestScorer(), new TrustedScorer()]);

    /// <summary>The names, in ordinal order.</summary>
    public ImmutableArray<string> Names => [.. _byName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>These and one more.</summary>
    /// <exception cref="ArgumentException">The name is taken, or is not one that a preference can name.</exception>
    public Scorers With(IScorer scorer)
    {
        if (_byName.ContainsKey(scorer.Name) || !Preference.TryParse(scorer.Name, null, out var named) || named.Weights[0].Scorer != scorer.Name)
        {
            throw new ArgumentException($"'{scorer.Name}' is taken or is not 1 to 31 characters of a-z, 0-9 and -.", nameof(scorer));
        }

        return new(_byName.Values.Append(scorer));
    }

    /// <summary>The first name of a preference that no scorer has; null when all are known.</summary>
    public string? FirstUnknown(Preference preference)
    {
        foreach (var (name, _) in preference.Weights)
        {
            if (!_byName.ContainsKey(name))
            {
                return name;
            }
        }

        return null;
    }

    internal bool TryGet(string name, [MaybeNullWhen(false)] out IScorer scorer) => _byName.TryGetValue(name, out scorer);
}
