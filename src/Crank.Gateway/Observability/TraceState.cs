using Microsoft.Extensions.Primitives;

namespace Crank.Gateway.Observability;

/// <summary>The <c>tracestate</c> of W3C Trace Context, section 3.3: a list of what tracing systems know of a request, passed on as it came.</summary>
internal static class TraceState
{
    private const int MaxMembers = 32;
    private const int MaxBytes = 4096;
    private const int MaxKeyOrValue = 256;

    /// <summary>The fields as one list; null when there is none, or when any of it is malformed: then all of it is dropped and the trace goes on.</summary>
    public static string? Read(StringValues fields)
    {
        if (fields.Count == 0)
        {
            return null;
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        var members = new List<string>();
        foreach (var field in fields)
        {
            if (field is null || field.Length > MaxBytes)
            {
                return null;
            }

            foreach (var part in field.Split(','))
            {
                var member = part.Trim(' ', '\t');
                if (member.Length == 0)
                {
                    continue;
                }

                var equals = member.IndexOf('=', StringComparison.Ordinal);
                if (equals < 1 || members.Count == MaxMembers || !IsKey(member.AsSpan(0, equals)) || !IsValue(member.AsSpan(equals + 1)) || !keys.Add(member[..equals]))
                {
                    return null;
                }

                members.Add(member);
            }
        }

        return members.Count == 0 ? null : string.Join(',', members);
    }

    private static bool IsKey(ReadOnlySpan<char> key)
    {
        if (key.Length > MaxKeyOrValue || !(char.IsAsciiLetterLower(key[0]) || char.IsAsciiDigit(key[0])))
        {
            return false;
        }

        // Level 1: tenant@system, of at most 241 and 14 characters; without a tenant no @ and a letter first.
        var at = key.IndexOf('@');
        if (at >= 0 ? at is 0 or > 241 || key.Length - at - 1 is 0 or > 14 || !char.IsAsciiLetterLower(key[at + 1]) || key[(at + 1)..].Contains('@') : !char.IsAsciiLetterLower(key[0]))
        {
            return false;
        }

        foreach (var c in key)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '*' or '/' or '@'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsValue(ReadOnlySpan<char> value)
    {
        if (value.Length is 0 or > MaxKeyOrValue)
        {
            return false;
        }

        foreach (var c in value)
        {
            if (c is < ' ' or > '~' or ',' or '=')
            {
                return false;
            }
        }

        return true;
    }
}
