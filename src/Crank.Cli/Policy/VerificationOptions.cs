using System.CommandLine;
using Crank.Rego.Bundles;

namespace Crank.Cli.Policy;

/// <summary>The options that say how the signature of a bundle is verified.</summary>
internal sealed class VerificationOptions
{
    private static readonly string[] s_algorithms = ["ES256", "ES384", "ES512", "HS256", "HS384", "HS512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

    private readonly Option<string> _key = new("--verification-key") { Description = "Verify with the public key or certificate in this PEM file, or with the secret in it.", HelpName = "FILE" };
    private readonly Option<string> _id = new("--verification-key-id") { Description = "What the signature must call that key.", HelpName = "ID" };
    private readonly Option<string> _algorithm = new("--signing-alg") { Description = "The algorithm of the signature; what goes with the key when it is left out: RS256, or ES256 and its like.", HelpName = "ALG" };
    private readonly Option<string> _scope = new("--scope") { Description = "The scope that the signature says.", HelpName = "SCOPE" };

    public VerificationOptions() => _algorithm.AcceptOnlyFromAmong(s_algorithms);

    /// <summary>Adds all options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_key);
        command.Add(_id);
        AddSharedTo(command);
    }

    /// <summary>Adds those that signing needs too.</summary>
    public void AddSharedTo(Command command)
    {
        command.Add(_algorithm);
        command.Add(_scope);
    }

    public string? Algorithm(ParseResult parsed) => parsed.GetValue(_algorithm);

    public string Scope(ParseResult parsed) => parsed.GetValue(_scope) ?? "";

    /// <summary>How a bundle is verified; without a key, signed bundles are refused.</summary>
    public BundleOptions Read(ParseResult parsed)
    {
        if (parsed.GetValue(_key) is not { } path)
        {
            return parsed.GetValue(_id) is null ? BundleOptions.Default : throw new CliException(ExitCode.Usage, "--verification-key-id goes with --verification-key.");
        }

        var text = KeyFile.ReadPublic(path);
        var id = parsed.GetValue(_id);
        return new()
        {
            Keys = [new(id ?? "key", Algorithm(parsed) ?? Explained(path, () => BundleKey.AlgorithmFor(text)), text)],
            KeyId = id ?? "key",
            Scope = Scope(parsed),
        };
    }

    /// <summary>Finds the algorithm of a key file, and says what to do when it tells none.</summary>
    public static string Explained(string path, Func<string> algorithm)
    {
        try
        {
            return algorithm();
        }
        catch (BundleException e)
        {
            throw new CliException(ExitCode.BadInput, $"'{path}': {e.Message}", "When it holds a secret, say --signing-alg HS256.");
        }
    }
}
