using System.Globalization;
using Crank.Mesh;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Rest.Invoke;

/// <summary>Says what became of a job in header fields, so that whoever takes a result as bytes has them too.</summary>
internal static class ReceiptFields
{
    public const string Job = "Crank-Job";
    public const string Receipt = "Crank-Receipt";
    public const string Price = "Crank-Price";
    public const string Carbon = "Crank-Carbon";
    public const string Repeated = "Crank-Repeated";

    public static void Set(HttpContext context, JobReport report)
    {
        if (report.Job is not { } job)
        {
            return;
        }

        var headers = context.Response.Headers;
        headers[Job] = job.ToString();
        if (report.Repeated)
        {
            headers[Repeated] = "true";
        }

        if (report.Receipt is { } receipt)
        {
            headers[Receipt] = Links.Receipt(job);
            headers[Price] = receipt.Charge.Total.ToString();
            if (receipt.Footprint is { } footprint)
            {
                headers[Carbon] = footprint.Carbon.Value.ToString("R", CultureInfo.InvariantCulture);
            }
        }
    }
}
