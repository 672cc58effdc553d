using System.Globalization;
using Crank.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Rest.Answers;

/// <summary>Reads the query of a request strictly: what is not known, or stands twice, is refused by name.</summary>
internal static class Query
{
    /// <summary>Refuses every parameter but these.</summary>
    /// <exception cref="BadRequestException">There is another one.</exception>
    public static void Only(HttpContext context, params ReadOnlySpan<string> names)
    {
        foreach (var name in context.Request.Query.Keys)
        {
            if (!names.Contains(name))
            {
                throw Wrong($"There is no parameter '{name}' here.", names.IsEmpty ? "It takes none." : $"It takes: {string.Join(", ", names.ToArray())}.");
            }
        }
    }

    /// <summary>One parameter; null when it is not there.</summary>
    /// <exception cref="BadRequestException">It stands twice.</exception>
    public static string? Single(HttpContext context, string name) => context.Request.Query[name] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => one[0],
        _ => throw Wrong($"The parameter '{name}' is given twice.", "Give it once."),
    };

    /// <summary>One parameter as a value; null when it is not there.</summary>
    /// <exception cref="BadRequestException">It stands twice or cannot be read.</exception>
    public static T? Value<T>(HttpContext context, string name, string form)
        where T : struct, IParsable<T> =>
        Single(context, name) is not { } text ? null : T.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong($"'{name}' is {form}; '{Cut(text)}' is not.", "");

    /// <summary>A moment in RFC 3339; null when it is not there.</summary>
    /// <exception cref="BadRequestException">It stands twice or cannot be read.</exception>
    public static DateTimeOffset? Time(HttpContext context, string name) =>
        Single(context, name) is not { } text ? null
        : Time(text) ?? throw Wrong($"'{name}' is a moment such as 2026-01-31T12:00:00Z or a day such as 2026-01-31; '{Cut(text)}' is not.", "A plus sign in a query is written %2B.");

    /// <summary>A moment in RFC 3339, or a day in UTC; null when it is neither.</summary>
    public static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParseExact(text, s_times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>How many items a page has.</summary>
    /// <exception cref="BadRequestException">It is no number from 1 to <paramref name="most"/>.</exception>
    public static int Limit(HttpContext context, int standard, int most) =>
        Value<int>(context, "limit", "a number") switch
        {
            null => standard,
            { } limit when limit >= 1 && limit <= most => limit,
            { } limit => throw Wrong($"'limit' is a number from 1 to {most}; {limit} is not.", ""),
        };

    public static BadRequestException Wrong(string detail, string hint) => new(ProblemCodes.BadRequest, detail, hint);

    private static string Cut(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static readonly string[] s_times = ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];
}
