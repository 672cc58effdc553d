using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Gateway.Identity;
using Crank.Gateway.Opa;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Crank.Gateway.Contract;

/// <summary>Writes OpenAPI 3.1.1 from what the endpoints say of themselves.</summary>
internal static class ContractDocument
{
    private const string SecurityScheme = "bearer";

    private static readonly JsonSerializerOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions s_indented = new(s_compact) { WriteIndented = true, NewLine = "\n" };

    private static readonly string[] s_methods = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH"];

    /// <summary>The document as UTF-8.</summary>
    /// <exception cref="ContractException">An endpoint is described wrongly or not at all; the message names it.</exception>
    public static byte[] Write(IEnumerable<RouteEndpoint> endpoints, bool indented) =>
        JsonSerializer.SerializeToUtf8Bytes(Build(endpoints), indented ? s_indented : s_compact);

    /// <summary>The document.</summary>
    /// <exception cref="ContractException">An endpoint is described wrongly or not at all; the message names it.</exception>
    public static JsonObject Build(IEnumerable<RouteEndpoint> endpoints)
    {
        var paths = new SortedDictionary<string, SortedDictionary<int, (string Method, JsonObject Operation)>>(StringComparer.Ordinal);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Metadata.GetMetadata<LeftOut>() is not null)
            {
                continue;
            }

            var path = PathOf(endpoint.RoutePattern);
            var operation = endpoint.Metadata.GetMetadata<Operation>() ??
                throw new ContractException($"{endpoint.DisplayName} is not described: add .Describe(…), or .LeaveOut(why).");
            var served = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? throw new ContractException($"{path} does not say its method.");

            // HEAD is GET without the body wherever there is GET: RFC 9110 says it for all of HTTP.
            foreach (var method in served.Where(m => m != "HEAD" || !served.Contains("GET")))
            {
                var id = method == served[0] ? operation.Id : operation.Id + method[0] + method[1..].ToLowerInvariant();
                if (!ids.Add(id))
                {
                    throw new ContractException($"Two operations are called '{id}'.");
                }

                var methods = paths.TryGetValue(path, out var known) ? known : paths[path] = [];
                if (!methods.TryAdd(Array.IndexOf(s_methods, method), (method, OperationOf(endpoint, operation, id))))
                {
                    throw new ContractException($"{method} {path} is described twice.");
                }
            }
        }

        return new()
        {
            ["openapi"] = "3.1.1",
            ["info"] = Info(),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "Where this was read from." }),
            ["tags"] = new JsonArray([.. ContractTags.All
                .Where(t => paths.Values.SelectMany(p => p.Values).Any(o => (string)o.Operation["tags"]![0]! == t.Name))
                .Select(t => new JsonObject { ["name"] = t.Name, ["description"] = t.Description })]),
            ["paths"] = new JsonObject(paths.Select(p => KeyValuePair.Create<string, JsonNode?>(
                p.Key, new JsonObject(p.Value.Values.Select(o => KeyValuePair.Create<string, JsonNode?>(o.Method.ToLowerInvariant(), o.Operation)))))),
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject(ContractSchemas.All.Select(s => KeyValuePair.Create(s.Key, JsonNode.Parse(s.Value)))),
                ["securitySchemes"] = new JsonObject
                {
                    [SecurityScheme] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["description"] = "An API key made by `crank keys create`, or a token of an issuer that the mesh trusts. What follows in a requirement is the scope.",
                    },
                    ["certificate"] = new JsonObject
                    {
                        ["type"] = "mutualTLS",
                        ["description"] = "A client certificate with a SPIFFE id of this mesh.",
                    },
                },
            },
        };
    }

    /// <summary>The route without its constraints, e.g. <c>/v1/jobs/{id}</c>.</summary>
    public static string PathOf(RoutePattern pattern) => pattern.PathSegments.Count == 0
        ? "/"
        : string.Concat(pattern.PathSegments.Select(s => "/" + string.Concat(s.Parts.Select(p => p switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            _ => throw new System.Diagnostics.UnreachableException(),
        }))));

    private static JsonObject Info() => new()
    {
        ["title"] = "Crank",
        ["version"] = "1.0.0",
        ["summary"] = "Run governed, priced and measured work on the machines of a mesh.",
        ["description"] =
            "Every job is authenticated, decided by policy, priced, placed, run in isolation, metered in money and energy, and leaves a signed receipt.\n\n" +
            "Errors are problems (RFC 9457) whose `code` is what programs match on; every code is in `docs/errors.md`. " +
            "`traceparent` (W3C Trace Context) is taken on every request and carried into workers and receipts.",
        ["license"] = new JsonObject { ["name"] = "Apache License 2.0", ["identifier"] = "Apache-2.0" },
    };

    private static JsonObject OperationOf(RouteEndpoint endpoint, Operation operation, string id)
    {
        var route = endpoint.RoutePattern.Parameters.Select(p => p.Name).ToImmutableHashSet(StringComparer.Ordinal);
        if (!route.SetEquals(operation.Parameters.Where(p => p.Place == "path").Select(p => p.Name)))
        {
            throw new ContractException($"'{id}' has the route parameters {string.Join(", ", route)} and describes others.");
        }

        if (!ContractTags.All.Any(t => t.Name == operation.Tag))
        {
            throw new ContractException($"'{id}' has the tag '{operation.Tag}', which ContractTags does not know.");
        }

        var json = new JsonObject { ["operationId"] = id, ["tags"] = new JsonArray(operation.Tag), ["summary"] = operation.Summary };
        if (operation.Description.Length > 0)
        {
            json["description"] = operation.Description;
        }

        var scope = endpoint.Metadata.GetMetadata<RequiredScope>()?.Scope;
        json["security"] = endpoint.Metadata.GetMetadata<OpenEndpoint>() is not null || scope is null
            ? []
            : new JsonArray(
                new JsonObject { [SecurityScheme] = ScopesOf(scope) },
                new JsonObject { ["certificate"] = ScopesOf(scope) });
        if (operation.Parameters.Length > 0)
        {
            json["parameters"] = new JsonArray([.. operation.Parameters.Select(ParameterOf)]);
        }

        if (operation.Body.Length > 0)
        {
            json["requestBody"] = new JsonObject { ["required"] = operation.BodyRequired, ["content"] = ContentsOf(operation.Body) };
        }

        json["responses"] = AnswersOf(operation, id, scope, endpoint.Metadata.GetMetadata<OpaFace>() is not null);
        return json;
    }

    /// <summary>None for an operation that any caller may ask.</summary>
    private static JsonArray ScopesOf(string scope) => scope.Length == 0 ? [] : new JsonArray(scope);

    private static JsonObject ParameterOf(Parameter parameter)
    {
        var schema = ContractSchemas.Of(parameter.Schema);
        var json = new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = parameter.Place,
            ["required"] = parameter.Required,
            ["description"] = parameter.Description,
            ["schema"] = schema,
        };
        if (parameter.Example is { } example)
        {
            json["example"] = (string?)(schema as JsonObject)?["type"] is "integer" or "number" or "boolean" ? JsonNode.Parse(example) : example;
        }

        return json;
    }

    private static JsonObject ContentsOf(ImmutableArray<Content> contents) => new(contents.Select(c =>
    {
        var json = new JsonObject { ["schema"] = ContractSchemas.Of(c.Schema) };
        if (c.Example is not null)
        {
            json["example"] = JsonNode.Parse(c.Example);
        }

        return KeyValuePair.Create<string, JsonNode?>(c.MediaType, json);
    }));

    private static JsonObject AnswersOf(Operation operation, string id, string? scope, bool asOpa)
    {
        if (operation.Answers.Length == 0 || operation.Answers.Any(a => a.Status >= 400))
        {
            throw new ContractException($"'{id}' has answers below 400, and only those, in Answers.");
        }

        var answers = new SortedDictionary<int, JsonObject>(operation.Answers.ToDictionary(a => a.Status, AnswerOf));
        foreach (var status in ContractProblems.Of(operation, scope is not null).GroupBy(p => p.Status))
        {
            answers.Add(status.Key, ProblemOf([.. status.DistinctBy(p => p.Code)], ContractProblems.TakesDeclaredCodes(operation, status.Key), asOpa));
        }

        return new(answers.Select(a => KeyValuePair.Create<string, JsonNode?>(a.Key.ToString(), a.Value)));
    }

    private static JsonObject AnswerOf(Answer answer)
    {
        var json = new JsonObject { ["description"] = answer.Description };
        if (answer.Headers.Length > 0)
        {
            json["headers"] = HeadersOf(answer.Headers);
        }

        if (answer.Contents.Length > 0)
        {
            json["content"] = ContentsOf(answer.Contents);
        }

        if (answer.BodyOptional)
        {
            json["x-body-optional"] = true;
        }

        return json;
    }

    private static JsonObject HeadersOf(ImmutableArray<AnswerHeader> headers) => new(headers.Select(h =>
        KeyValuePair.Create<string, JsonNode?>(h.Name, new JsonObject { ["description"] = h.Description, ["schema"] = ContractSchemas.Of(h.Schema) })));

    private static JsonObject ProblemOf(ImmutableArray<ProblemCode> codes, bool orDeclared, bool asOpa)
    {
        var json = new JsonObject
        {
            ["description"] = asOpa
                ? $"{codes[0].Title}."
                : $"{codes[0].Title}. Code: {string.Join(", ", codes.Select(c => $"`{c.Code}`"))}{(orDeclared ? ", or one that the capability declares" : "")}.",
        };
        var headers = ContractProblems.HeadersOf(codes[0].Status);
        if (headers.Length > 0)
        {
            json["headers"] = HeadersOf(headers);
        }

        if (asOpa)
        {
            json["content"] = new JsonObject
            {
                [JsonAnswer.MediaType] = new JsonObject
                {
                    ["schema"] = ContractSchemas.Of("OpaError"),
                    ["example"] = new JsonObject { ["code"] = OpaCodes.Of(codes[0].Status), ["message"] = codes[0].Title + "." },
                },
            };
            return json;
        }

        json["content"] = new JsonObject
        {
            [Problem.MediaType] = new JsonObject
            {
                ["schema"] = ContractSchemas.Of(nameof(Problem)),
                ["example"] = new JsonObject
                {
                    ["type"] = Problem.TypePrefix + codes[0].Code,
                    ["title"] = codes[0].Title,
                    ["status"] = codes[0].Status,
                    ["detail"] = codes[0].Title + ".",
                    ["code"] = codes[0].Code,
                },
            },
        };
        return json;
    }
}
