using System.Text;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Rest.Ledger;

/// <summary>The books of the whole mesh, for whoever runs it: every account, every transfer, and whether everything adds up.</summary>
internal sealed class LedgerEndpoints(GatewayParts parts)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/ledger/accounts", Methods.Read, AccountsAsync).RequireScope(Scopes.MeshAdmin).Describe(LedgerOperations.Accounts);
        routes.MapMethods("/v1/ledger/transfers", Methods.Read, TransfersAsync).RequireScope(Scopes.MeshAdmin).Describe(LedgerOperations.Transfers);
        routes.MapMethods("/v1/ledger/verification", Methods.Read, VerifyAsync).RequireScope(Scopes.MeshAdmin).Describe(LedgerOperations.Verification);
    }

    private Task AccountsAsync(HttpContext context)
    {
        Query.Only(context);
        context.Response.Headers.CacheControl = "private, no-cache";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (var account in parts.Store.Accounts())
            {
                json.WriteStartObject();
                json.WriteString("account", account.Id.ToString());
                json.WriteString("balance", new Money(account.BalanceMicros, account.Currency).ToString());
                json.WriteString("held", new Money(account.HeldMicros, account.Currency).ToString());
                json.WriteString("limit", new Money(account.LimitMicros, account.Currency).ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Streams every transfer, oldest first, without holding them all.</summary>
    private async Task TransfersAsync(HttpContext context)
    {
        Query.Only(context, "format");
        var csv = Query.Single(context, "format") switch
        {
            null or "jsonl" => false,
            "csv" => true,
            var other => throw Query.Wrong($"There is no format '{other}'.", "There are jsonl and csv."),
        };
        context.Response.ContentType = csv ? "text/csv; charset=utf-8" : "application/jsonl";
        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        // The exporter writes to a text writer; the server lets no thread wait for a slow reader, so it writes from one that may.
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        await Task.Run(
            () =>
            {
                using var writer = new StreamWriter(context.Response.Body, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
                LedgerExporter.Write(parts.Store, writer, csv);
            },
            context.RequestAborted);
    }

    private async Task VerifyAsync(HttpContext context)
    {
        Query.Only(context);
        var report = await Task.Run(() => LedgerVerifier.Verify(parts.Store, parts.Keys(), parts.Controller.Key.Name, parts.Clock.GetUtcNow()), context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("addsUp", report.AddsUp);
            json.WriteNumber("accounts", report.Accounts);
            json.WriteNumber("transfers", report.Transfers);
            json.WriteNumber("holds", report.Holds);
            json.WriteNumber("receipts", report.Receipts);
            json.WriteNumber("leaves", report.Leaves);
            json.WriteStartArray("findings");
            foreach (var finding in report.Findings)
            {
                json.WriteStringValue(finding);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
