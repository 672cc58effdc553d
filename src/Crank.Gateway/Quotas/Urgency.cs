using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Quotas;

/// <summary>How urgent a caller says a request is: the <c>u</c> of <c>Priority</c> (RFC 9218 section 4.1), 0 the most, 7 the least, 3 when nothing is said.</summary>
internal static class Urgency
{
    public const int Usual = 3;
    public const int Least = 7;

    /// <summary>Reads the field; what cannot be read says nothing.</summary>
    public static int Of(HttpRequest request)
    {
        foreach (var field in request.Headers["Priority"])
        {
            foreach (var member in (field ?? "").Split(',', 20, StringSplitOptions.TrimEntries))
            {
                if (member.StartsWith("u=", StringComparison.Ordinal)
                    && int.TryParse(member.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var urgency) && urgency <= Least)
                {
                    return urgency;
                }
            }
        }

        return Usual;
    }
}
