using Crank.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Crank.Gateway.Rest.Answers;

/// <summary>Conditional requests, RFC 9110 section 13, over entity tags.</summary>
internal static class Conditional
{
    /// <summary>Sets the tag and answers itself when the caller has that representation already, or wants another one.</summary>
    /// <returns>True when the answer was written: 304, or 412.</returns>
    public static async ValueTask<bool> AnsweredAsync(HttpContext context, EntityTagHeaderValue tag)
    {
        context.Response.Headers.ETag = tag.ToString();
        var headers = context.Request.Headers;
        if (headers.IfMatch.Count > 0 && !Any(headers.IfMatch, tag, strong: true))
        {
            await Problem.WriteAsync(context, ProblemCodes.PreconditionFailed, $"This is now {tag}.", "Read it again.");
            return true;
        }

        if (headers.IfNoneMatch.Count == 0 || !Any(headers.IfNoneMatch, tag, strong: false))
        {
            return false;
        }

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    /// <summary>True when one of the tags in a field is this one; <c>*</c> is every one.</summary>
    public static bool Any(StringValues field, EntityTagHeaderValue tag, bool strong) =>
        EntityTagHeaderValue.TryParseList([.. field.OfType<string>()], out var tags) && tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, strong));
}
