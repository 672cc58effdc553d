using System.CommandLine;
using Crank.Cli.Terminal;
using Crank.Rego.Bundles;
using Crank.Rego.Values;

namespace Crank.Cli.Policy;

/// <summary>The options that say what a bundle is signed with.</summary>
internal sealed class SigningOptions(bool required)
{
    private readonly Option<string> _key = new("--signing-key") { Description = "Sign with the private key in this PEM file, or with the secret in it for HS256, HS384, HS512.", HelpName = "FILE", Required = required };
    private readonly Option<string> _id = new("--signing-key-id") { Description = "What verifiers call that key.", HelpName = "ID" };
    private readonly Option<string> _claims = new("--claims-file") { Description = "A JSON object of more claims for the signature.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Add(_key);
        command.Add(_id);
        command.Add(_claims);
    }

    /// <summary>What to sign with; null when no key is given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="verification">Where algorithm and scope are said.</param>
    /// <param name="answer">Where to warn.</param>
    public BundleSigner? Read(ParseResult parsed, VerificationOptions verification, Answer answer)
    {
        if (parsed.GetValue(_key) is not { } path)
        {
            return parsed.GetValue(_claims) is null && parsed.GetValue(_id) is null
                ? null
                : throw new CliException(ExitCode.Usage, "--claims-file and --signing-key-id go with --signing-key.");
        }

        var key = KeyFile.ReadPrivate(path, answer);
        var file = parsed.GetValue(_claims);
        var claims = file is null ? ObjectValue.Empty : Documents.Read(file);
        return new(verification.Algorithm(parsed) ?? VerificationOptions.Explained(path, () => BundleSigner.AlgorithmFor(key)), key)
        {
            KeyId = parsed.GetValue(_id) ?? "",
            Scope = verification.Scope(parsed),
            Claims = claims.Kind == ValueKind.Object ? claims.AsObject() : throw new CliException(ExitCode.BadInput, $"'{file}' is no JSON object of claims."),
        };
    }
}
