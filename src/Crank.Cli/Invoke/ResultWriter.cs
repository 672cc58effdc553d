using System.Text.Json.Nodes;
using Crank.Cli.Receipts;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh;
using Crank.Mesh.Run;

namespace Crank.Cli.Invoke;

/// <summary>Writes what was delivered: the blob itself when the capability has one, else the JSON; with <c>--json</c> everything as one object.</summary>
internal static class ResultWriter
{
    /// <summary>Writes the result, then what people want to know of it.</summary>
    /// <returns>False when it could not be written where it was to go, which is said.</returns>
    public static async Task<bool> TryWriteAsync(
        Answer answer, JobReport report, Capability capability, string? path, string? receiptFile, CancellationToken cancellationToken)
    {
        var delivery = report.Delivery ?? throw new CliException(ExitCode.Unknown, $"The result of job {report.Job} is no longer kept.", "Results are kept for 24 hours.");
        var blob = capability.BlobOutput is { } member ? delivery.BlobOf(member) : null;
        try
        {
            if (path is not null)
            {
                var file = File.Create(path);
                await using (file.ConfigureAwait(false))
                {
                    await CopyAsync(blob, delivery, file, cancellationToken);
                }
            }

            if (answer.Json)
            {
                var whole = await WholeAsync(report, delivery, path, receiptFile, cancellationToken);
                answer.Write(() => whole, _ => { });
            }
            else if (path is null)
            {
                var output = Console.OpenStandardOutput();
                await using (output.ConfigureAwait(false))
                {
                    await CopyAsync(blob, delivery, output, cancellationToken);
                }
            }
        }
        catch (IOException e) when (e.HResult == Failure.BrokenPipe && path is null)
        {
            // The reader, such as head, has seen enough: the job is done all the same.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            answer.Fail(
                FailureCodes.All[FailureCodes.OutputFailed], FailureCodes.OutputFailed, $"The job is done, and its result could not be written to {path ?? "standard output"}: {e.Message}",
                "With an idempotency key (--key), the same command gives the same result for 24 hours and is charged once.", ("job", report.Job?.ToString()), ("receiptFile", receiptFile));
            return false;
        }

        if (!answer.Json)
        {
            Summary.Write(answer.People, report.Job!.Value, report.Receipt!, receiptFile, report.Repeated);
            Summary.WriteRest(answer.People, System.Text.Json.JsonElement.Parse(delivery.Json.Span), capability.BlobOutput);
        }

        return true;
    }

    private static async Task CopyAsync(OutputBlob? blob, Delivery delivery, Stream output, CancellationToken cancellationToken)
    {
        var content = blob?.Open() ?? new MemoryStream([.. delivery.Json.Span, (byte)'\n'], writable: false);
        await using (content.ConfigureAwait(false))
        {
            await content.CopyToAsync(output, cancellationToken);
        }
    }

    private static async Task<JsonObject> WholeAsync(JobReport report, Delivery delivery, string? path, string? receiptFile, CancellationToken cancellationToken)
    {
        var whole = new JsonObject
        {
            ["job"] = report.Job.ToString(),
            ["outcome"] = "done",
            ["repeated"] = report.Repeated,
            ["output"] = JsonNode.Parse(delivery.Json.Span),
        };
        if (path is null)
        {
            var blobs = new JsonObject();
            foreach (var (digest, blob) in delivery.Blobs)
            {
                blobs[digest.ToString()] = BlobJson(blob, await blob.ReadAsync(cancellationToken));
            }

            whole["blobs"] = blobs;
        }
        else
        {
            whole["out"] = path;
        }

        whole["receipt"] = ReceiptJson.Of(report.Receipt!);
        whole["receiptFile"] = receiptFile;
        return whole;
    }

    private static JsonObject BlobJson(OutputBlob blob, ReadOnlyMemory<byte> content)
    {
        var json = new JsonObject { ["mediaType"] = blob.MediaType, ["size"] = blob.Length };
        try
        {
            json["text"] = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content.Span);
        }
        catch (System.Text.DecoderFallbackException)
        {
            json["base64"] = Convert.ToBase64String(content.Span);
        }

        return json;
    }
}
