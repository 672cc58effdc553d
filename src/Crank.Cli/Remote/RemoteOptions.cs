using System.CommandLine;

namespace Crank.Cli.Remote;

/// <summary>The option that names a running mesh.</summary>
internal static class RemoteOptions
{
    private static readonly Option<string> s_mesh = new("--mesh")
    {
        Description = "A running mesh to ask, with the key in CRANK_KEY (else CRANK_MESH, else the mesh that runs on the data folder, if one does).",
        HelpName = "URL",
        Recursive = true,
    };

    public static Option Mesh => s_mesh;

    /// <summary>The address asked for; null for none.</summary>
    /// <exception cref="CliException">It is no web address.</exception>
    public static Uri? Address(ParseResult parsed)
    {
        var text = parsed.GetValue(s_mesh) is { Length: > 0 } option ? option : Environment.GetEnvironmentVariable("CRANK_MESH");
        return text switch
        {
            null or "" => null,
            _ when Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" => new(address.GetLeftPart(UriPartial.Authority)),
            _ => throw new CliException(ExitCode.Usage, $"'{text}' is not the address of a mesh.", "Write it as http://127.0.0.1:8420."),
        };
    }
}
