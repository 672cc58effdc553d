using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Opa.Sets;
using Crank.Gateway.Rest;
using Crank.Rego.Decide;
using Crank.Rego.Syntax;
using Crank.Rego.Values;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Opa;

/// <summary>OPA's Query API: <c>/v1/query</c> answers any query; <c>/v1/compile</c> and batches, which are not done, say so.</summary>
internal sealed class QueryEndpoints(AskedBook book, Asker asker, OpaInputs inputs, TimeProvider clock)
{

    public void Map(IEndpointRouteBuilder routes)
    {
        OpaFace.Map(routes, "/v1/query", Methods.Read, GetAsync).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.QueryGet);
        OpaFace.Map(routes, "/v1/query", Methods.Post, PostAsync).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.Query);
        OpaFace.Map(routes, "/v1/compile/{**path}", Methods.Post, CompileAsync).RequireScope(Scopes.PolicyRead).LeaveOut("partial evaluation, which is always refused");
        OpaFace.Map(routes, "/v1/batch/data/{**path}", Methods.Post, BatchAsync).RequireScope(Scopes.PolicyRead).LeaveOut("batches, which are always refused");
    }

    private Task GetAsync(HttpContext context)
    {
        var query = OpaQuery.Read(context, "q");
        return context.Request.Query["q"] is { Count: > 0 } texts ? AnswerAsync(context, query, new(clock), texts[^1] ?? "", default) : throw OpaException.Wrong("missing parameter 'q'");
    }

    private async Task PostAsync(HttpContext context)
    {
        var query = OpaQuery.Read(context);
        var timers = new OpaTimers(clock);
        var body = await inputs.BodyAsync(context);
        if (body.IsEmpty || !OpaInputs.Member(body.Span, "query").TryGetString(out var text))
        {
            throw OpaException.Wrong("missing required 'query' value");
        }

        var input = OpaInputs.Member(body.Span, "input");
        timers.Lap("rego_input_parse");
        await AnswerAsync(context, query, timers, text, input);
    }

    private Task AnswerAsync(HttpContext context, OpaQuery query, OpaTimers timers, string text, Value input)
    {
        var set = book.Current;
        var prepared = Prepare(set, text);
        timers.Lap("rego_query_compile");
        var answers = asker.Ask(asker.NextId(), set, "query", prepared, input, context.Caller(), context.RequestAborted).Result;
        timers.Lap("rego_query_eval");
        return OpaAnswer.WriteAsync(context, query.Pretty, json =>
        {
            if (query.Metrics)
            {
                OpaAnswer.WriteMetrics(json, timers);
            }

            if (answers.Kind == ValueKind.Array && answers.AsArray().Count > 0)
            {
                OpaAnswer.WriteValue(json, "result", answers);
            }
        });
    }

    private static PreparedQuery Prepare(AskedSet set, string text)
    {
        if (text.Length > OpaLimits.Query)
        {
            throw OpaException.Wrong($"the query has {text.Length:N0} characters; {OpaLimits.Query:N0} are taken");
        }

        var parsed = Parser.ParseQuery(text);
        if (!parsed.Ok)
        {
            throw OpaException.Wrong(OpaErrors.ParseQuery, parsed.Errors);
        }

        return set.Answers(text);
    }

    private static Task CompileAsync(HttpContext context) => throw new OpaException(
        501, OpaCodes.InvalidOperation, "partial evaluation is not supported: /v1/compile answers nothing; ask /v1/data for each document");

    /// <summary>404 makes clients that know batches fall back to single questions.</summary>
    private static Task BatchAsync(HttpContext context) => throw new OpaException(
        404, OpaCodes.ResourceNotFound, "batches are not supported: ask /v1/data once for each input");
}
