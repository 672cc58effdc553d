using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Terminal;

namespace Crank.Cli.Policy;

/// <summary><c>crank policy sign</c>: the signature of a bundle.</summary>
internal static class SignCommand
{
    private const string FileName = ".signatures.json";

    public static Command Create()
    {
        var path = new Argument<string>("BUNDLE") { Description = "A bundle (.tar.gz), or a folder laid out as one." };
        var bundle = new Option<bool>("--bundle", "-b") { Description = "Says what is so anyway: BUNDLE is a bundle." };
        var output = new Option<string>("--output", "--output-file-path", "-o")
        {
            Description = "The folder that .signatures.json is written into, or the archive (.tar.gz) to write with it; BUNDLE itself when left out.",
            HelpName = "PATH",
        };
        var (signing, shared) = (new SigningOptions(required: true), new VerificationOptions());
        var command = new ExampleCommand("sign", "Signs a bundle: all its files by their hashes, in .signatures.json.", """
              crank policy sign access.tar.gz --signing-key key.pem
              crank policy sign folder --signing-key key.pem --claims-file claims.json --scope write
              crank policy sign access.tar.gz --signing-key secret.txt --signing-alg HS256 -o signed.tar.gz
            """)
        { path, bundle, output };
        signing.AddTo(command);
        shared.AddSharedTo(command);
        command.SetAction(PolicyCommand.Guarded((parsed, answer, _) =>
        {
            var source = parsed.GetRequiredValue(path);
            var draft = BundlePath.Draft(source);
            var signer = BundlePath.Explained(source, () => signing.Read(parsed, shared, answer)!);
            var signature = BundlePath.Explained(source, () => draft.Sign(signer));
            var target = parsed.GetValue(output) ?? source;
            if (Directory.Exists(target))
            {
                target = Path.Join(target, FileName);
                WholeFile.Write(target, signature);
            }
            else if (PolicyPaths.HasEnding(target, ".tar.gz", ".tgz") || target == source)
            {
                WholeFile.Write(target, draft.Pack());
            }
            else
            {
                throw new CliException(ExitCode.NotFoundOrConflict, $"There is no folder '{target}' to write {FileName} into.", "Name a folder that is there, or an archive that ends in .tar.gz.");
            }

            var files = draft.Paths.Count() - 1;
            answer.Write(
                () => new JsonObject { ["written"] = target, ["algorithm"] = signer.Algorithm, ["keyid"] = signer.KeyId, ["scope"] = signer.Scope, ["files"] = files },
                text => text.WriteLine($"{Answer.Plain(target)}: {(files == 1 ? "1 file" : $"{files} files")} signed with {signer.Algorithm}"));
            return ExitCode.Done;
        }));
        return command;
    }
}
