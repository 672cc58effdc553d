using System.Text.Json;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Opa.Sets;
using Crank.Gateway.Rest;
using Crank.Rego.Values;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Opa;

/// <summary>OPA's Data API: <c>/v1/data</c>, <c>/v0/data</c> and <c>POST /</c>, which ask for a document; what would write one is refused.</summary>
internal sealed class DataEndpoints(AskedBook book, Asker asker, OpaInputs inputs, TimeProvider clock)
{
    private const string Version1 = "/v1/data";
    private const string Version0 = "/v0/data";

    private static readonly OpaPath s_main = OpaPath.Of("system/main");

    public void Map(IEndpointRouteBuilder routes)
    {
        OpaFace.Map(routes, Version1, Methods.Read, GetAsync).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.GetRoot);
        OpaFace.Map(routes, Version1 + "/{**path}", Methods.Read, GetAsync).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.Get);
        OpaFace.Map(routes, Version1, Methods.Post, PostAsync).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.AskRoot);
        OpaFace.Map(routes, Version1 + "/{**path}", Methods.Post, PostAsync).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.Ask);
        OpaFace.Map(routes, Version0 + "/{**path}", Methods.Post, BareAsync).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.AskBare);
        OpaFace.Map(routes, "/", Methods.Post, context => AnswerBareAsync(context, s_main)).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.AskMain);
        OpaFace.Map(routes, Version1 + "/{**path}", ["PUT", "PATCH", "DELETE"], RefuseAsync).RequireScope(Scopes.PolicyRead).LeaveOut("it writes documents, which is always refused");
    }

    private async Task GetAsync(HttpContext context)
    {
        var query = OpaQuery.Read(context, "input");
        var input = context.Request.Query["input"] is { Count: > 0 } texts ? inputs.Read(texts[^1] ?? "") : default;
        await AnswerAsync(context, query, new(clock), input, warn: false);
    }

    private async Task PostAsync(HttpContext context)
    {
        var query = OpaQuery.Read(context);
        var timers = new OpaTimers(clock);
        var input = await inputs.MemberAsync(context);
        timers.Lap("rego_input_parse");
        await AnswerAsync(context, query, timers, input, warn: input.IsUndefined);
    }

    private Task BareAsync(HttpContext context) => AnswerBareAsync(context, OpaPath.Of(context, Version0));

    private Task AnswerAsync(HttpContext context, OpaQuery query, OpaTimers timers, Value input, bool warn)
    {
        var path = OpaPath.Of(context, Version1);
        var set = book.Current;
        var prepared = set.Query(path);
        timers.Lap("rego_query_compile");
        var id = asker.NextId();
        var decision = asker.Ask(id, set, path.Slashed, prepared, input, context.Caller(), context.RequestAborted);
        timers.Lap("rego_query_eval");
        return OpaAnswer.WriteAsync(context, query.Pretty, json =>
        {
            if (query.Provenance)
            {
                OpaAnswer.WriteProvenance(json, set);
            }

            json.WriteString("decision_id", id.ToString());
            if (warn)
            {
                WriteWarning(json);
            }

            if (query.Metrics)
            {
                OpaAnswer.WriteMetrics(json, timers);
            }

            if (decision.IsDefined)
            {
                OpaAnswer.WriteValue(json, "result", decision.Result);
            }
        });
    }

    private async Task AnswerBareAsync(HttpContext context, OpaPath path)
    {
        var query = OpaQuery.Read(context);
        var input = await inputs.WholeAsync(context);
        var set = book.Current;
        var decision = asker.Ask(asker.NextId(), set, path.Slashed, set.Query(path), input, context.Caller(), context.RequestAborted);
        if (!decision.IsDefined)
        {
            var known = set.Modules.Any(m => PutRules.Overlap(PutRules.PackageOf(m), [.. path.Parts]));
            throw new OpaException(404, OpaCodes.UndefinedDocument, $"{(known ? "document undefined" : "document missing")}: {path.Dotted}");
        }

        await OpaAnswer.SendAsync(context, query.Pretty, decision.Result);
    }

    private Task RefuseAsync(HttpContext context) => throw OpaException.Wrong(
        $"all paths owned by bundle \"{OpaAnswer.SetName}\": the documents of the set in force come from the folder or bundle that the operator loads, and {context.Request.Method} does not change them");

    private static void WriteWarning(Utf8JsonWriter json)
    {
        json.WriteStartObject("warning");
        json.WriteString("code", "api_usage_warning");
        json.WriteString("message", "'input' key missing from the request");
        json.WriteEndObject();
    }
}
