using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Opa.Sets;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Bodies;
using Crank.Rego.Syntax;
using Crank.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Opa;

/// <summary>OPA's Policy API, <c>/v1/policies</c>: reads what is asked, and puts policies beside the set in force, which none of it changes.</summary>
internal sealed class PolicyEndpoints(AskedBook book, PutBook put, TimeProvider clock)
{
    private const string Prefix = "/v1/policies";

    public void Map(IEndpointRouteBuilder routes)
    {
        OpaFace.Map(routes, Prefix, Methods.Read, ListAsync).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.ListPolicies);
        OpaFace.Map(routes, Prefix + "/{**id}", Methods.Read, GetAsync).RequireScope(Scopes.PolicyRead).Describe(OpaOperations.GetPolicy);
        OpaFace.Map(routes, Prefix + "/{**id}", Methods.Put, PutAsync).RequireScope(Scopes.MeshAdmin).Describe(OpaOperations.PutPolicy);
        OpaFace.Map(routes, Prefix + "/{**id}", Methods.Delete, RemoveAsync).RequireScope(Scopes.MeshAdmin).Describe(OpaOperations.RemovePolicy);
    }

    private Task ListAsync(HttpContext context)
    {
        var query = OpaQuery.Read(context);
        return OpaAnswer.WriteAsync(context, query.Pretty, json =>
        {
            json.WriteStartArray("result");
            foreach (var module in book.Current.Modules)
            {
                Write(json, module);
            }

            json.WriteEndArray();
        });
    }

    private Task GetAsync(HttpContext context)
    {
        var query = OpaQuery.Read(context);
        var name = NameOf(context);
        var module = book.Current.Modules.FirstOrDefault(m => m.Source.Name == name) ?? throw NotFound(name);
        return OpaAnswer.WriteAsync(context, query.Pretty, json =>
        {
            json.WritePropertyName("result");
            Write(json, module);
        });
    }

    private async Task PutAsync(HttpContext context)
    {
        var query = OpaQuery.Read(context);
        var timers = new OpaTimers(clock);
        var name = NameOf(context);
        if (name.Length > PutBook.LongestName || name.Any(char.IsControl))
        {
            throw OpaException.Wrong($"the name of a policy has at most {PutBook.LongestName} characters and no control characters");
        }

        var body = await BodyReader.ReadAsync(context, RecordRow.MaxBodyBytes);
        if (!Utf8.IsValid(body.Span) || body.Span.Contains((byte)0))
        {
            throw OpaException.Wrong("a policy is text in UTF-8");
        }

        timers.Lap("server_read_bytes");
        await put.PutAsync(name, Encoding.UTF8.GetString(body.Span), next => AskedSet.Strictly(book.Basis, next), context.RequestAborted);
        timers.Lap("rego_module_compile");
        await AnswerAsync(context, query, timers);
    }

    private async Task RemoveAsync(HttpContext context)
    {
        var query = OpaQuery.Read(context);
        var timers = new OpaTimers(clock);
        var name = NameOf(context);
        var now = book.Current;
        if (!put.Current.ContainsKey(name) && now.Modules.Any(m => m.Source.Name == name))
        {
            throw OpaException.Wrong($"policy {name} is owned by bundle \"{OpaAnswer.SetName}\"");
        }

        var removed = await put.RemoveAsync(name, next =>
        {
            // What does not stand as it is may be taken apart piece by piece.
            if (now.Fault is null && AskedSet.Of(book.Basis, next).Fault is { } fault)
            {
                throw new OpaException(400, OpaCodes.InvalidOperation, $"{OpaErrors.CompileModule}: {fault}");
            }
        }, context.RequestAborted);
        if (!removed)
        {
            throw NotFound(name);
        }

        timers.Lap("rego_module_compile");
        await AnswerAsync(context, query, timers);
    }

    private static string NameOf(HttpContext context) => OpaPath.NameOf(context, Prefix) is { Length: > 0 } name ? name : throw OpaException.Wrong("a policy has a name: /v1/policies/NAME");

    private static OpaException NotFound(string name) => new(404, OpaCodes.ResourceNotFound, $"storage_not_found_error: policy id \"{name}\"");

    private static Task AnswerAsync(HttpContext context, OpaQuery query, OpaTimers timers) => OpaAnswer.WriteAsync(context, query.Pretty, json =>
    {
        if (query.Metrics)
        {
            OpaAnswer.WriteMetrics(json, timers);
        }
    });

    private static void Write(Utf8JsonWriter json, Module module)
    {
        json.WriteStartObject();
        json.WriteString("id", module.Source.Name);
        json.WriteString("raw", module.Source.Text);
        OpaAnswer.WriteValue(json, "ast", AstValue.Of(module));
        json.WriteEndObject();
    }
}
