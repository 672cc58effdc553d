namespace Crank.Sdk;

/// <summary>Which mesh a service joins, and what it says of itself there.</summary>
/// <param name="Session">Where the session is, as <c>ws</c> or <c>wss</c>.</param>
/// <param name="Key">The API key; never shown.</param>
/// <param name="Isolation">What stands around its jobs, as whoever runs it knows; the mesh believes what its operator vouches for too.</param>
internal sealed record MeshAddress(Uri Session, string Key, string Isolation)
{
    private const int MaxKeyBytes = 4_096;

    /// <summary>Reads <c>--mesh URL --key-file FILE [--isolation LAYERS]</c>; without the file the key is in <c>CRANK_KEY</c>.</summary>
    /// <exception cref="FormatException">They are not that, or there is no key; the message says what to write.</exception>
    public static MeshAddress Read(IReadOnlyList<string> args)
    {
        string? mesh = null, file = null, isolation = null;
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : throw new FormatException($"'{args[i]}' needs a value.");
            switch (args[i])
            {
                case "--mesh": mesh = value; break;
                case "--key-file": file = value; break;
                case "--isolation": isolation = value; break;
                default: throw new FormatException($"'{args[i]}' is not understood; a service joins with --mesh URL --key-file FILE, and may say --isolation LAYERS.");
            }
        }

        if (!Uri.TryCreate(mesh, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new FormatException($"'{mesh}' is not the address of a mesh; write it as https://mesh.example:8420.");
        var session = new UriBuilder(address) { Scheme = address.Scheme == "https" ? "wss" : "ws", Path = address.AbsolutePath.TrimEnd('/') + "/v1/session", Query = "", Fragment = "" };
        return new(session.Uri, KeyOf(file), isolation ?? "none");
    }

    private static string KeyOf(string? file)
    {
        try
        {
            var key = file is null ? Environment.GetEnvironmentVariable("CRANK_KEY") ?? "" : ReadSmall(file);
            return key.Trim() is { Length: > 0 } known && !known.Any(char.IsControl)
                ? known
                : throw new FormatException("There is no key: name a file with --key-file, or set CRANK_KEY. 'crank keys create NAME --scope services:register' makes one.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"The key in '{file}' cannot be read: {e.Message}", e);
        }
    }

    private static string ReadSmall(string file) =>
        new FileInfo(file).Length <= MaxKeyBytes ? File.ReadAllText(file) : throw new FormatException($"'{file}' holds no key; it has more than {MaxKeyBytes} bytes.");
}
