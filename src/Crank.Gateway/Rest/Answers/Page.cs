using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Crank.Gateway.Rest.Answers;

/// <summary>Writes a page of a list: <c>{"items": […], "next": "…"}</c>, and the same in a <c>Link</c> field (RFC 8288).</summary>
internal static class Page
{
    /// <param name="context">The request.</param>
    /// <param name="items">One more than the page holds, when there are more.</param>
    /// <param name="limit">How many the page holds.</param>
    /// <param name="placeOf">Where the list goes on after an item.</param>
    /// <param name="write">Writes an item.</param>
    public static Task WriteAsync<T>(HttpContext context, IReadOnlyList<T> items, int limit, Func<T, string> placeOf, Action<Utf8JsonWriter, T> write)
    {
        var next = items.Count > limit ? Cursor.Encode(placeOf(items[limit - 1])) : null;
        if (next is not null)
        {
            var query = new QueryBuilder(context.Request.Query.Where(q => q.Key != "cursor").SelectMany(q => q.Value.Select(v => KeyValuePair.Create(q.Key, v ?? "")))) { { "cursor", next } };
            context.Response.Headers.Link = $"<{context.Request.Path}{query}>; rel=\"next\"";
        }

        context.Response.Headers.CacheControl = "private, no-cache";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (var item in items.Take(limit))
            {
                write(json, item);
            }

            json.WriteEndArray();
            if (next is not null)
            {
                json.WriteString("next", next);
            }

            json.WriteEndObject();
        });
    }
}
