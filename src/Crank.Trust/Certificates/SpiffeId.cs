using System.Diagnostics.CodeAnalysis;

namespace Crank.Trust.Certificates;

/// <summary>The name of a workload (SPIFFE-ID, version 1.0): <c>spiffe://acme.example/tenant/acme/agent/buyer</c>.</summary>
/// <remarks>At most 2048 characters; a trust domain of <c>a-z 0-9 . - _</c>, at most 255; segments of <c>a-z A-Z 0-9 . - _</c>; no port, user, query, fragment, empty or dotted segment.</remarks>
public sealed record SpiffeId : IParsable<SpiffeId>
{
    private const string Scheme = "spiffe://";
    private const int MaxLength = 2048;
    private const int MaxDomain = 255;

    private SpiffeId(string trustDomain, string path) => (TrustDomain, Path) = (trustDomain, path);

    /// <summary>The mesh that vouches for the name.</summary>
    public string TrustDomain { get; }

    /// <summary>What follows it, beginning with <c>/</c>; empty for the mesh itself.</summary>
    public string Path { get; }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">It is none; the message shows what was given.</exception>
    public static SpiffeId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not a SPIFFE id such as spiffe://acme.example/tenant/acme/agent/buyer.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [NotNullWhen(true)] out SpiffeId? result)
    {
        result = null;
        if (s is null || s.Length > MaxLength || !s.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = s[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (domain, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[slash..]);
        if (domain.Length is 0 or > MaxDomain || !domain.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_'))
        {
            return false;
        }

        if (path.Length > 0 && path[1..].Split('/').Any(segment => segment is "" or "." or ".." || !segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')))
        {
            return false;
        }

        result = new SpiffeId(domain, path);
        return true;
    }

    /// <summary>The name as a URI.</summary>
    public override string ToString() => Scheme + TrustDomain + Path;
}
