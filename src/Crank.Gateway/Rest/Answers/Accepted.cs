using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Crank.Gateway.Rest.Answers;

/// <summary>What the caller wants to have, by its <c>Accept</c> field (RFC 9110, section 12.5.1).</summary>
internal static class Accepted
{
    /// <summary>True when JSON may be sent.</summary>
    public static bool Json(HttpRequest request) => Read(request) is not { } wanted || Quality(wanted, "application", "json") > 0;

    /// <summary>Chooses between the JSON of a result and the bytes of its one file.</summary>
    /// <param name="request">The request.</param>
    /// <param name="otherwise">What is sent when the caller has no wish.</param>
    /// <returns>True for the bytes; null when the caller takes neither.</returns>
    public static bool? Bytes(HttpRequest request, bool otherwise)
    {
        if (Read(request) is not { } wanted)
        {
            return otherwise;
        }

        var json = wanted.Where(IsJson).Select(q => q.Quality ?? 1).DefaultIfEmpty(-1).Max();
        var bytes = wanted.Where(w => !IsJson(w) && !w.MatchesAllTypes).Select(q => q.Quality ?? 1).DefaultIfEmpty(-1).Max();
        if (json <= 0 && bytes <= 0)
        {
            return wanted.Any(w => w.MatchesAllTypes && w.Quality is not 0) ? (json == 0 || otherwise) : null;
        }

        return bytes > json;
    }

    private static IList<MediaTypeHeaderValue>? Read(HttpRequest request) =>
        request.Headers.Accept.Count > 0 && MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var wanted) && wanted.Count > 0 ? wanted : null;

    private static bool IsJson(MediaTypeHeaderValue type) => type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private static double Quality(IList<MediaTypeHeaderValue> wanted, string type, string subtype)
    {
        var match = wanted
            .Where(w => w.MatchesAllTypes || (w.Type.Equals(type, StringComparison.OrdinalIgnoreCase) && (w.MatchesAllSubTypes || w.SubType.Equals(subtype, StringComparison.OrdinalIgnoreCase))))
            .MinBy(w => w.MatchesAllTypes ? 2 : w.MatchesAllSubTypes ? 1 : 0);
        return match is null ? 0 : match.Quality ?? 1;
    }
}
