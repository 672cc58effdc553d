using System.Globalization;
using Crank.Core;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh;
using Crank.Mesh.Queue;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Rest.Invoke;

/// <summary>Answers with a job that was accepted and runs later: 202, where it is, and what was promised.</summary>
internal static class QueuedAnswer
{
    public static Task WriteAsync(HttpContext context, CapabilityVersion capability, AcceptReport report)
    {
        if (report.Refusal is not null || report.Job is not { } job)
        {
            var refused = new JobReport(report.Job, report.Refusal, null, report.Receipt, report.Repeated);
            ReceiptFields.Set(context, refused);
            return Problem.WriteAsync(context, refused);
        }

        var headers = context.Response.Headers;
        headers.Location = Links.Job(job);
        headers.CacheControl = "no-store";
        headers[ReceiptFields.Job] = job.ToString();
        if (report.Repeated)
        {
            headers[ReceiptFields.Repeated] = "true";
        }

        return JsonAnswer.WriteAsync(context, StatusCodes.Status202Accepted, json =>
        {
            json.WriteStartObject();
            json.WriteString("job", job.ToString());
            json.WriteString("capability", capability.ToString());
            json.WriteBoolean("repeated", report.Repeated);
            if (report.Ceiling is { } ceiling)
            {
                json.WriteString("ceiling", ceiling.ToString());
            }

            if (report.ReadyAt is { } ready)
            {
                json.WriteString("readyAt", ready.UtcDateTime);
            }

            if (report.DueAt is { } due)
            {
                json.WriteString("dueAt", due.UtcDateTime);
            }

            json.WriteString("href", Links.Job(job));
            json.WriteString("events", Links.Events(job));
            json.WriteString("result", Links.Result(job));
            json.WriteEndObject();
        });
    }

    /// <summary>Says which preferences were followed (RFC 7240, section 3).</summary>
    public static void SetApplied(HttpContext context, bool respondAsync, TimeSpan? wait) =>
        context.Response.Headers["Preference-Applied"] = (respondAsync, wait) switch
        {
            (true, null) => "respond-async",
            (true, { } time) => string.Create(CultureInfo.InvariantCulture, $"respond-async, wait={(long)time.TotalSeconds}"),
            (false, { } time) => string.Create(CultureInfo.InvariantCulture, $"wait={(long)time.TotalSeconds}"),
            _ => default,
        };
}
