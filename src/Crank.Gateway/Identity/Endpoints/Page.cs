using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Crank.Gateway.Contract;
using Crank.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Identity.Endpoints;

/// <summary>Which part of a list is asked for.</summary>
/// <param name="After">Only what comes after it; null for the beginning.</param>
/// <param name="Limit">How many at most.</param>
internal sealed record Page(string? After, int Limit)
{
    private const int Usual = 100;
    private const int Most = 1_000;
    private const int MaxCursor = 400;

    /// <summary>The parameters, as the contract tells them.</summary>
    public static Parameter[] Parameters { get; } =
    [
        Parameter.Query("cursor", "Where to go on: 'next' of an earlier answer."),
        Parameter.Query("limit", $"How many at most, default {Usual}.", $$"""{"type":"integer","minimum":1,"maximum":{{Most}}}""", "10"),
    ];

    /// <exception cref="BadRequestException">A parameter is unknown, stands twice or cannot be read.</exception>
    public static Page Of(HttpContext context)
    {
        var query = context.Request.Query;
        if (query.Keys.FirstOrDefault(k => k is not ("cursor" or "limit")) is { } other)
        {
            throw Wrong($"There is no parameter '{(other.Length <= 60 ? other : other[..60] + "…")}' here; there are cursor and limit.");
        }

        if (query["cursor"].Count > 1 || query["limit"].Count > 1)
        {
            throw Wrong("A parameter is given twice.");
        }

        var limit = Usual;
        if (query["limit"] is [{ } text] && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > Most))
        {
            throw Wrong($"'limit' is a number from 1 to {Most}.");
        }

        return new(query["cursor"] is [{ } cursor] ? Decode(cursor) : null, limit);
    }

    public static string Encode(string after) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes("1." + after));

    private static string Decode(string cursor)
    {
        if (cursor.Length <= MaxCursor && Base64Url.IsValid(cursor))
        {
            var bytes = new byte[MaxCursor];
            if (Base64Url.TryDecodeFromChars(cursor, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length) is var plain && plain.StartsWith("1.", StringComparison.Ordinal))
            {
                return plain[2..];
            }
        }

        throw Wrong("This cursor was not given by this list.");
    }

    public static BadRequestException Wrong(string detail) => new(ProblemCodes.BadRequest, detail);
}
