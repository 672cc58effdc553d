using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Data;
using Crank.Cli.Embedded;
using Crank.Cli.Invoke;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh.Receipts;
using Crank.Trust.Keys;
using Crank.Trust.Verify;

namespace Crank.Cli.Receipts;

/// <summary><c>crank receipt show|verify</c>: needs the file and public keys, no mesh and no network.</summary>
internal static class ReceiptCommand
{
    public static Command Create() => new("receipt", "Receipts: what they say, and whether every byte of them is vouched for.") { Show(), Verify() };

    public static Argument<string> File() => new("FILE") { Description = "A receipt file, or the id of a job of this data folder." };

    public static Option<string[]> Key() =>
        new("--key") { Description = "A public key of the mesh, as text or as a file with one a line (see 'crank keys list'); this data folder's when left out.", HelpName = "KEY|FILE" };

    private static Command Show()
    {
        var file = File();
        var command = new Command("show", "Shows what a receipt says; does not check it.") { file };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var bytes = await ReadAsync(parsed, parsed.GetRequiredValue(file), answer, cancellationToken);
            var receipt = ReceiptFile.TryReadUnverified(bytes, out var read, out var why)
                ? read
                : throw new CliException(ExitCode.BadInput, $"This is not a receipt: {why}", "Name a file that crank wrote.");
            answer.Write(() => ReceiptJson.Of(receipt), output => Summary.Write(output, receipt.Job, receipt, null, repeated: false));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Verify()
    {
        var file = File();
        var key = Key();
        var command = new Command("verify", "Says yes or no, with nothing but the file and the mesh's public key.") { file, key };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var keys = parsed.GetValue(key) is { Length: > 0 } given ? Keys(given) : FolderKeys(parsed);
            var bytes = await ReadAsync(parsed, parsed.GetRequiredValue(file), answer, cancellationToken);
            return Say(answer, ReceiptVerifier.Verify(bytes, keys));
        }));
        return command;
    }

    private static int Say(Answer answer, ReceiptVerification verification)
    {
        switch (verification)
        {
            case ReceiptVerification.Verified yes:
                answer.Write(
                    () => new JsonObject
                    {
                        ["verified"] = true,
                        ["job"] = yes.Receipt.Job.ToString(),
                        ["signer"] = yes.Signer.Id,
                        ["log"] = yes.Checkpoint.Origin,
                        ["index"] = yes.Index,
                        ["size"] = yes.Checkpoint.Size,
                        ["receipt"] = ReceiptJson.Of(yes.Receipt),
                    },
                    output => output.WriteLine($"yes: job {yes.Receipt.Job}, signed by {yes.Signer.Id}, leaf {yes.Index} of the log {yes.Checkpoint.Origin} at size {yes.Checkpoint.Size}"));
                return ExitCode.Done;
            case ReceiptVerification.Failed no:
                answer.Write(
                    () => new JsonObject
                    {
                        ["verified"] = false,
                        ["failures"] = new JsonArray([.. no.Failures.Select(f => (JsonNode)new JsonObject { ["fault"] = f.Fault.ToString(), ["text"] = f.Text })]),
                    },
                    output =>
                    {
                        foreach (var failure in no.Failures)
                        {
                            output.WriteLine($"no: {Answer.Plain(failure.Text)}");
                        }
                    });
                return ExitCode.VerificationSaysNo;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    public static List<TrustedKey> Keys(string[] given)
    {
        var keys = new List<TrustedKey>();
        foreach (var text in given.SelectMany(g => System.IO.File.Exists(g) ? System.IO.File.ReadLines(g).Take(KeyRing.MaxKeys) : [g]).Where(l => l.Trim().Length > 0))
        {
            keys.Add(VerificationKey.TryParse(text.Trim(), out var key)
                ? new(key)
                : throw new CliException(ExitCode.Usage, $"'{(text.Length > 80 ? text[..80] + "…" : text)}' is neither a public key nor a file of them.", "'crank keys list' prints the keys of a mesh."));
        }

        return keys;
    }

    public static IReadOnlyList<TrustedKey> FolderKeys(ParseResult parsed)
    {
        var path = DataFolder.Locate(GlobalOptions.Data(parsed));
        var folder = Path.Combine(path, "keys");
        if (!Directory.Exists(folder))
        {
            throw new CliException(ExitCode.NotFoundOrConflict, $"There are no keys in {path}.", "Give the mesh's public key with --key.");
        }

        using var ring = KeyRing.Open(folder);
        return [.. ring.Keys];
    }

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(ParseResult parsed, string text, Answer answer, CancellationToken cancellationToken)
    {
        if (!System.IO.File.Exists(text) && JobId.TryParse(text, null, out var job))
        {
            using var mesh = await MeshClient.FindAsync(parsed, cancellationToken);
            if (mesh is not null)
            {
                return (await mesh.ReceiptAsync(job.ToString(), cancellationToken)).File;
            }

            await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
            return StoredReceipts.File(folder.Store, job)
                ?? throw new CliException(ExitCode.NotFoundOrConflict, $"There is no receipt of job {job} here.", "See 'crank jobs'.");
        }

        if (!System.IO.File.Exists(text))
        {
            throw new CliException(ExitCode.NotFoundOrConflict, $"There is no file '{text}', and it is no job id.", "Name a receipt file, or a job from 'crank jobs'.");
        }

        using var stream = System.IO.File.OpenRead(text);
        if (stream.Length > ReceiptFile.MaxBytes)
        {
            throw new CliException(ExitCode.VerificationSaysNo, $"'{text}' has {stream.Length:N0} bytes; a receipt has at most {ReceiptFile.MaxBytes:N0}.");
        }

        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
