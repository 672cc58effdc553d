using System.Buffers.Text;
using System.Text;
using Crank.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Rest.Answers;

/// <summary>Where a list goes on. Opaque to callers; only a place within what they may see anyway.</summary>
internal static class Cursor
{
    private const int MaxLength = 200;
    private const string Version = "1.";

    public static string Encode(string after) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Version + after));

    /// <summary>The place that <c>?cursor=</c> names; null for the beginning.</summary>
    /// <exception cref="BadRequestException">It is none of ours.</exception>
    public static T? Read<T>(HttpContext context)
        where T : struct, IParsable<T>
    {
        if (Query.Single(context, "cursor") is not { } text)
        {
            return null;
        }

        var bytes = new byte[MaxLength];
        if (text.Length <= MaxLength && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length) is var plain && plain.StartsWith(Version, StringComparison.Ordinal)
            && T.TryParse(plain[Version.Length..], null, out var place))
        {
            return place;
        }

        throw new BadRequestException(ProblemCodes.BadRequest, "This cursor was not given by this list.", "Take 'next' of an earlier answer as it is, or leave the cursor out.");
    }
}
