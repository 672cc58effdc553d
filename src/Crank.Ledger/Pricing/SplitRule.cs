using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Crank.Core;

namespace Crank.Ledger;

/// <summary>How a charge is divided, by data: 1 to 8 parts in basis points that sum to 10,000.</summary>
/// <remarks>
/// Prints and parses as <c>provider=7000,platform=2000,infrastructure=500,quality=500</c>. Each part is rounded down to the
/// micro-unit; what is left goes, one micro-unit each, to the parts with the largest remainders, and among equals to the one named first.
/// </remarks>
public sealed class SplitRule : IParsable<SplitRule>
{
    private const int Whole = 10_000;
    private const int MaxParts = 8;

    private SplitRule(ImmutableArray<SplitPart> parts) => Parts = parts;

    /// <summary>The name that stands for the account of the chosen offer.</summary>
    public static AccountId Provider { get; } = AccountId.Parse("provider");

    /// <summary>70 % provider, 20 % platform, 5 % infrastructure, 5 % quality fund.</summary>
    public static SplitRule Default { get; } = Parse("provider=7000,platform=2000,infrastructure=500,quality=500");

    /// <summary>The parts in the order they were written.</summary>
    public ImmutableArray<SplitPart> Parts { get; }

    /// <summary>Reads the parts.</summary>
    /// <exception cref="FormatException">Not such parts, or they do not sum to 10,000.</exception>
    public static SplitRule Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var rule)
            ? rule
            : throw new FormatException(
                $"'{(s is { Length: > 200 } ? s[..200] + "…" : s)}' is not a split: write 1 to {MaxParts} accounts, each once, with basis points that sum to {Whole}, such as provider=7000,platform=2000,infrastructure=500,quality=500.");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out SplitRule result)
    {
        result = null;
        if (s is null || s.Length > 1_000)
        {
            return false;
        }

        var parts = ImmutableArray.CreateBuilder<SplitPart>();
        var sum = 0;
        foreach (var text in s.Split(','))
        {
            var pair = text.Split('=');
            if (parts.Count == MaxParts || pair.Length != 2 || !AccountId.TryParse(pair[0], null, out var account) || parts.Any(p => p.Account == account)
                || !int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out var points) || points is < 1 or > Whole)
            {
                return false;
            }

            parts.Add(new(account, points));
            sum += points;
        }

        result = sum == Whole ? new(parts.ToImmutable()) : null;
        return result is not null;
    }

    /// <summary>Divides a total; the shares add up to it exactly.</summary>
    /// <param name="total">Not negative.</param>
    /// <param name="provider">The account of the chosen offer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The total is negative.</exception>
    public ImmutableArray<Share> Divide(Money total, AccountId provider)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total.Micros, nameof(total));
        Span<long> amounts = stackalloc long[Parts.Length];
        Span<int> remainders = stackalloc int[Parts.Length];
        var left = total.Micros;
        for (var i = 0; i < Parts.Length; i++)
        {
            var exact = (Int128)total.Micros * Parts[i].BasisPoints;
            amounts[i] = (long)(exact / Whole);
            remainders[i] = (int)(exact % Whole);
            left -= amounts[i];
        }

        for (; left > 0; left--)
        {
            var largest = 0;
            for (var i = 1; i < remainders.Length; i++)
            {
                largest = remainders[i] > remainders[largest] ? i : largest;
            }

            amounts[largest]++;
            remainders[largest] = -1;
        }

        var shares = ImmutableArray.CreateBuilder<Share>(Parts.Length);
        for (var i = 0; i < Parts.Length; i++)
        {
            shares.Add(new(Parts[i].Account == Provider ? provider : Parts[i].Account, total with { Micros = amounts[i] }));
        }

        return shares.MoveToImmutable();
    }

    /// <summary>The form that is read.</summary>
    public override string ToString() => string.Join(',', Parts.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Account}={p.BasisPoints}")));
}
