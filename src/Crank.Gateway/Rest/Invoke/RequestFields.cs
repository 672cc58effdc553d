using System.Globalization;
using System.Text;
using Crank.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Rest.Invoke;

/// <summary>Reads the header fields that say how a job is asked for.</summary>
internal static class RequestFields
{
    private const int MaxKey = 200;

    /// <summary>
    /// <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header-07): a quoted text, as the draft has it, or the bare text that most clients send. Null for none.
    /// </summary>
    /// <exception cref="BadRequestException">It is neither, or stands twice.</exception>
    public static string? IdempotencyKey(HttpRequest request)
    {
        var values = request.Headers["Idempotency-Key"];
        return values.Count switch
        {
            0 => null,
            1 when Unquote(values[0]!) is { Length: > 0 and <= MaxKey } key && !key.Any(char.IsControl) => key,
            _ => throw new BadRequestException(ProblemCodes.BadRequest, $"Idempotency-Key is one text of 1 to {MaxKey} characters, quoted or bare.", "Send a new UUID for each new request."),
        };
    }

    /// <summary>What <c>Prefer</c> (RFC 7240) asks of what is known here; other preferences are ignored, as it says.</summary>
    /// <returns>Whether an answer before the end of the job is wanted, and how long to wait for the end first.</returns>
    public static (bool Async, TimeSpan? Wait) Prefer(HttpRequest request)
    {
        var (respondAsync, wait) = (false, (TimeSpan?)null);
        var fields = request.Headers["Prefer"];
        if (fields.Count == 0)
        {
            return (false, null);
        }

        foreach (var preference in fields.SelectMany(v => v!.Split(',')))
        {
            var parts = preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts[0].Equals("respond-async", StringComparison.OrdinalIgnoreCase))
            {
                respondAsync = true;
            }
            else if (parts is [_, var value] && parts[0].Equals("wait", StringComparison.OrdinalIgnoreCase) && wait is null
                && int.TryParse(value.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                wait = TimeSpan.FromSeconds(seconds);
            }
        }

        return (respondAsync, wait);
    }

    private static string? Unquote(string text)
    {
        if (!text.StartsWith('"'))
        {
            return text;
        }

        var plain = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when i + 1 < text.Length && text[i + 1] is '\\' or '"':
                    plain.Append(text[++i]);
                    break;
                case '"':
                    return i == text.Length - 1 ? plain.ToString() : null;
                case '\\':
                    return null;
                case var c:
                    plain.Append(c);
                    break;
            }
        }

        return null;
    }
}
