using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Identity;

/// <summary>The bearer credential of a request (RFC 6750 section 2.1). Never from the query or the body, where logs and histories keep it.</summary>
internal static class Bearer
{
    private const string Scheme = "Bearer ";

    /// <summary>The credential; null when there is no field of that scheme, or more than one field.</summary>
    public static string? Of(HttpRequest request)
    {
        var fields = request.Headers.Authorization;
        return fields.Count == 1 && fields[0] is { } text && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..].Trim(' ') : null;
    }
}
