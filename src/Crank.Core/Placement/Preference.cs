using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>What the caller wants most: one scorer by name, or several with weights.</summary>
/// <remarks>Prints and parses as <c>greenest</c> or <c>cheapest=0.7,greenest=0.3</c>; the names are checked where the scorers are known.</remarks>
[JsonConverter(typeof(BareStringConverter<Preference>))]
public sealed record Preference : IParsable<Preference>
{
    private const int MaxWeights = 8;

    private Preference(string text, ImmutableArray<(string Scorer, double Weight)> weights) => (Text, Weights) = (text, weights);

    /// <summary>The least money.</summary>
    public static Preference Cheapest { get; } = Parse("cheapest");

    /// <summary>The bare text.</summary>
    public string Text { get; }

    /// <summary>Scorer names with their weights, in the order given; a single name has weight 1. Weights are &gt; 0 and finite.</summary>
    public ImmutableArray<(string Scorer, double Weight)> Weights { get; }

    /// <summary>Reads a name or names with weights.</summary>
    /// <exception cref="FormatException">Not of that form; the message shows what was given.</exception>
    public static Preference Parse(string s, IFormatProvider? provider = null) =>
        Bare.Parse<Preference>(s, "a preference such as cheapest, greenest, fastest, trusted or cheapest=0.7,greenest=0.3");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out Preference result)
    {
        result = null;
        if (string.IsNullOrEmpty(s) || s.Length > 200)
        {
            return false;
        }

        if (Bare.IsToken(s, 31, "-"))
        {
            result = new(s, [(s, 1.0)]);
            return true;
        }

        var weights = ImmutableArray.CreateBuilder<(string, double)>();
        foreach (var part in s.Split(','))
        {
            var pair = part.Split('=');
            if (pair.Length != 2 || !Bare.IsToken(pair[0], 31, "-") || weights.Any(w => w.Item1 == pair[0]) || weights.Count == MaxWeights
                || !double.TryParse(pair[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) || !(weight > 0 && double.IsFinite(weight)))
            {
                return false;
            }

            weights.Add((pair[0], weight));
        }

        result = new(s, weights.ToImmutable());
        return true;
    }

    /// <summary>Two preferences are equal when their text is.</summary>
    public bool Equals(Preference? other) => other is not null && other.Text == Text;

    /// <inheritdoc />
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The bare text.</summary>
    public override string ToString() => Text;
}
