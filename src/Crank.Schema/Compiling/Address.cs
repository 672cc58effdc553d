namespace Crank.Schema.Compiling;

/// <summary>Absolute addresses and references (RFC 3986).</summary>
internal static class Address
{
    /// <summary>The base of a schema that has no <c>$id</c>; shown as nothing.</summary>
    public const string Default = "schema://local/";

    /// <summary>The absolute address, without its fragment, that a reference means; null when it cannot be one.</summary>
    public static (string Absolute, string Fragment)? Resolve(string from, string reference)
    {
        var mark = reference.IndexOf('#', StringComparison.Ordinal);
        var path = mark < 0 ? reference : reference[..mark];
        var fragment = mark < 0 ? "" : Uri.UnescapeDataString(reference[(mark + 1)..]);
        if (path.Length == 0)
        {
            return (from, fragment);
        }

        // A path such as /a would otherwise be taken for a file's.
        if (!path.StartsWith('/') && Uri.TryCreate(path, UriKind.Absolute, out var absolute))
        {
            return (absolute.AbsoluteUri, fragment);
        }

        return Uri.TryCreate(from, UriKind.Absolute, out var start) && Uri.TryCreate(start, path, out var resolved) ? (resolved.AbsoluteUri, fragment) : null;
    }
}
