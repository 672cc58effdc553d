using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Blobs;
using Crank.Mesh;
using Crank.Mesh.Run;
using Crank.Storage;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Rest.Invoke;

/// <summary>Answers with what became of a job: its result as JSON or as the bytes of its one file, or the problem.</summary>
internal static class ResultAnswer
{
    /// <param name="context">The request.</param>
    /// <param name="capability">What was run; null when it is no longer known here.</param>
    /// <param name="id">What was run, at the version that was resolved.</param>
    /// <param name="report">What became of it.</param>
    /// <param name="store">Where its files are.</param>
    /// <param name="bytes">True when a result that is a file is sent as it is.</param>
    public static Task WriteAsync(HttpContext context, Capability? capability, CapabilityVersion id, JobReport report, BlobStore store, bool bytes)
    {
        ReceiptFields.Set(context, report);
        if (report.Refusal is not null)
        {
            return Problem.WriteAsync(context, report);
        }

        if (report is not { Job: { } job, Delivery: { } delivery })
        {
            return Problem.WriteAsync(context, ProblemCodes.Gone, $"The result of job {report.Job} was kept for 24 hours and is gone; its receipt stays.", "Run it again under a new key.");
        }

        context.Response.Headers.CacheControl = "private, no-cache";
        return bytes && capability?.BlobOutput is { } member && delivery.BlobOf(member) is { } blob
            ? BlobAnswer.SendAsync(context, DeliveredBlob.Of(blob, store))
            : JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, job, id, report, delivery));
    }

    private static void Write(Utf8JsonWriter json, JobId job, CapabilityVersion capability, JobReport report, Delivery delivery)
    {
        json.WriteStartObject();
        json.WriteString("job", job.ToString());
        json.WriteString("capability", capability.ToString());
        json.WriteString("state", "done");
        json.WriteBoolean("repeated", report.Repeated);
        json.WritePropertyName("output");
        json.WriteRawValue(delivery.Json.Span, skipInputValidation: true);
        if (!delivery.Blobs.IsEmpty)
        {
            json.WriteStartObject("files");
            foreach (var (digest, blob) in delivery.Blobs.OrderBy(b => b.Key.Hex, StringComparer.Ordinal))
            {
                json.WriteStartObject(digest.ToString());
                json.WriteString("mediaType", blob.MediaType);
                json.WriteNumber("bytes", blob.Length);
                json.WriteString("href", Links.Output(job, digest));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        if (report.Receipt is { } receipt)
        {
            WriteCosts(json, receipt);
            json.WriteString("receipt", Links.Receipt(job));
        }

        json.WriteEndObject();
    }

    /// <summary>What a job cost in money, energy and emissions.</summary>
    public static void WriteCosts(Utf8JsonWriter json, Receipt receipt)
    {
        json.WriteString("price", receipt.Charge.Total.ToString());
        if (receipt.Footprint is { } footprint)
        {
            json.WriteStartObject("footprint");
            json.WriteNumber("joules", footprint.Energy.Value);
            json.WriteNumber("gramsCo2e", footprint.Carbon.Value);
            json.WriteString("tier", JsonNamingPolicy.CamelCase.ConvertName(footprint.Tier.ToString()));
            json.WriteEndObject();
        }
    }
}
