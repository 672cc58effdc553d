using System.Globalization;
using System.Numerics;
using Crank.Rego.Builtins.Go;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Semantic versions (semver.org 2.0.0), with OPA's leniency: a leading <c>v</c> and leading zeros are accepted.</summary>
internal static class SemverBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("semver.is_valid", 1, true, static (_, a) => a[0].TryGetString(out var text) && Parse(text) is not null),
        new("semver.compare", 2, true, static (_, a) =>
        {
            var (left, right) = (Version(a, 0), Version(a, 1));
            return left.Numbers.AsSpan().SequenceCompareTo(right.Numbers) is var order and not 0 ? Math.Sign(order) : ComparePreRelease(left.PreRelease, right.PreRelease);
        }),
    ];

    private static (long[] Numbers, string PreRelease) Version(ReadOnlySpan<Value> arguments, int index)
    {
        var text = Operand.Text(arguments, index);
        return Parse(text) ?? throw new BuiltinException($"operand {index + 1}: string {GoQuote.Quote(text)} is not a valid SemVer");
    }

    private static (long[] Numbers, string PreRelease)? Parse(string text)
    {
        text = text.StartsWith('v') ? text[1..] : text;
        (text, var metadata) = Cut(text, '+');
        (text, var preRelease) = Cut(text, '-');
        var parts = text.Split('.');
        var numbers = new long[3];
        if (!IsIdentifiers(metadata) || !IsIdentifiers(preRelease) || parts.Length != 3)
        {
            return null;
        }

        for (var i = 0; i < 3; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return (numbers, preRelease);
    }

    private static (string Before, string After) Cut(string text, char at) =>
        text.IndexOf(at) is >= 0 and var found ? (text[..found], text[(found + 1)..]) : (text, "");

    private static bool IsIdentifiers(string text) =>
        text.Length == 0 || text.Split('.').All(static part => part.Length > 0 && part.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'));

    // Semver 2.0.0, section 11: a pre-release comes before its version; numbers before words; fewer parts before more.
    private static long ComparePreRelease(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return left == right ? 0 : left.Length == 0 ? 1 : -1;
        }

        var (a, b) = (left.Split('.'), right.Split('.'));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var (aIsNumber, bIsNumber) = (a[i].All(char.IsAsciiDigit), b[i].All(char.IsAsciiDigit));
            var order = aIsNumber != bIsNumber
                ? aIsNumber ? -1 : 1
                : aIsNumber
                    ? BigInteger.Parse(a[i], CultureInfo.InvariantCulture).CompareTo(BigInteger.Parse(b[i], CultureInfo.InvariantCulture))
                    : string.CompareOrdinal(a[i], b[i]);
            if (order != 0)
            {
                return Math.Sign(order);
            }
        }

        return Math.Sign(a.Length - b.Length);
    }
}
