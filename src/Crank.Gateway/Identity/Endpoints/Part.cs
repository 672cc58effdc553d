using Crank.Gateway.Contract;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Identity.Endpoints;

/// <summary>Which part of a list is asked for.</summary>
/// <param name="After">Only what comes after it; null for the beginning.</param>
/// <param name="Limit">How many at most.</param>
/// <typeparam name="T">What the list goes by.</typeparam>
internal readonly record struct Part<T>(T? After, int Limit)
    where T : struct, IParsable<T>
{
    private const int Usual = 100;
    private const int Most = 1_000;

    /// <summary>The parameters, as the contract tells them.</summary>
    public static Parameter[] Parameters { get; } =
    [
        Parameter.Query("cursor", "Where to go on: 'next' of an earlier answer."),
        Parameter.Query("limit", $"How many at most, default {Usual}.", $$"""{"type":"integer","minimum":1,"maximum":{{Most}}}""", "10"),
    ];

    /// <exception cref="BadRequestException">A parameter is unknown, stands twice or cannot be read.</exception>
    public static Part<T> Of(HttpContext context)
    {
        Query.Only(context, "cursor", "limit");
        return new(Cursor.Read<T>(context), Query.Limit(context, Usual, Most));
    }
}
