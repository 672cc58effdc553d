using System.Buffers;
using System.Text.Json;
using Crank.Gateway.Contract;
using Crank.Gateway.Hosting;
using Crank.Gateway.Identity;
using Crank.Gateway.Opa.Sets;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Bodies;
using Crank.Rego.Values;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.AuthZen;

/// <summary>The OpenID AuthZEN Authorization API 1.0: <c>/access/v1/evaluation</c>, <c>/access/v1/evaluations</c> and the metadata. Searches are refused by name.</summary>
internal sealed class AuthZenEndpoints(AskedBook book, Asker asker, LiveOptions options)
{
    /// <summary>Most questions in one batch.</summary>
    public const int MostQuestions = 100;

    private const string Evaluation = "/access/v1/evaluation";
    private const string Evaluations = "/access/v1/evaluations";

    private readonly AuthZenDecider _decider = new(book, asker);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Evaluation, Methods.Post, EvaluateAsync).RequireScope(Scopes.PolicyRead).WithMetadata(EchoesRequestId.Instance).Describe(AuthZenOperations.Evaluate);
        routes.MapMethods(Evaluations, Methods.Post, EvaluateAllAsync).RequireScope(Scopes.PolicyRead).WithMetadata(EchoesRequestId.Instance).Describe(AuthZenOperations.EvaluateAll);
        routes.MapMethods("/.well-known/authzen-configuration", Methods.Read, MetadataAsync).OpenToAll().Describe(AuthZenOperations.Metadata);
        foreach (var entity in (string[])["subject", "resource", "action"])
        {
            routes.MapMethods($"/access/v1/search/{entity}", Methods.Post, context => RefuseAsync(context, entity)).RequireScope(Scopes.PolicyRead)
                .WithMetadata(EchoesRequestId.Instance).LeaveOut("a search, which is always refused");
        }
    }

    private async Task EvaluateAsync(HttpContext context)
    {
        using var body = await ReadAsync(context);
        await AnswerOneAsync(context, body.RootElement);
    }

    private async Task EvaluateAllAsync(HttpContext context)
    {
        using var body = await ReadAsync(context);
        var root = body.RootElement;
        if (!root.TryGetProperty("evaluations", out var questions) || questions is { ValueKind: JsonValueKind.Array } && questions.GetArrayLength() == 0)
        {
            await AnswerOneAsync(context, root);
            return;
        }

        if (questions.ValueKind != JsonValueKind.Array || questions.GetArrayLength() > MostQuestions)
        {
            throw Wrong($"'evaluations' is an array of at most {MostQuestions}.", "/evaluations");
        }

        var semantic = SemanticOf(root);
        var answers = new List<AuthZenAnswer>();
        foreach (var question in questions.EnumerateArray())
        {
            var answer = question.ValueKind != JsonValueKind.Object ? AuthZenAnswer.Failed(400, "An evaluation is an object.")
                : AuthZenQuestion.Read(question, root, out var fault) is { } read ? _decider.Decide(read, context.Caller(), context.RequestAborted)
                : AuthZenAnswer.Failed(400, fault);
            answers.Add(answer);
            if (answer.Permitted ? semantic == AuthZenSemantic.PermitOnFirstPermit : semantic == AuthZenSemantic.DenyOnFirstDeny)
            {
                break;
            }
        }

        await SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("evaluations");
            foreach (var answer in answers)
            {
                Write(json, answer);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private Task MetadataAsync(HttpContext context)
    {
        Query.Only(context);
        var address = PublicAddress.Of(context, options);
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("policy_decision_point", address);
            json.WriteString("access_evaluation_endpoint", address + Evaluation);
            json.WriteString("access_evaluations_endpoint", address + Evaluations);
            json.WriteEndObject();
        });
    }

    private static Task RefuseAsync(HttpContext context, string entity) => Problem.WriteAsync(
        context, ProblemCodes.NotSupported, $"Searching for {entity}s is not supported: a policy answers whether, not for whom.", "Ask /access/v1/evaluations for those that come into question.");

    private async Task AnswerOneAsync(HttpContext context, JsonElement root)
    {
        var question = AuthZenQuestion.Read(root, null, out var fault) ?? throw Wrong(fault, "");
        var answer = _decider.Decide(question, context.Caller(), context.RequestAborted);
        await SendAsync(context, json => Write(json, answer));
    }

    /// <summary>Members that are not known are passed over: AuthZEN asks for that, so that later versions can add some.</summary>
    private async Task<JsonDocument> ReadAsync(HttpContext context)
    {
        Query.Only(context);
        if (!context.Request.HasJsonContentType())
        {
            throw Wrong("The body is of the media type application/json.", "");
        }

        var body = await BodyReader.ReadAsync(context, options.Limits.JsonBody);
        if (body.IsEmpty)
        {
            throw Wrong("The body is empty.", "");
        }

        StrictJson.Check(body.Span, options.Limits.JsonDepth);
        var document = JsonDocument.Parse(body, new() { MaxDepth = options.Limits.JsonDepth });
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw Wrong("The body is an object.", "");
    }

    private static AuthZenSemantic SemanticOf(JsonElement root)
    {
        if (!root.TryGetProperty("options", out var given))
        {
            return AuthZenSemantic.ExecuteAll;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("'options' is an object.", "/options");
        }

        return !given.TryGetProperty("evaluations_semantic", out var word) ? AuthZenSemantic.ExecuteAll
            : word.ValueKind != JsonValueKind.String ? throw Unknown()
            : word.GetString() switch
            {
                "execute_all" => AuthZenSemantic.ExecuteAll,
                "deny_on_first_deny" => AuthZenSemantic.DenyOnFirstDeny,
                "permit_on_first_permit" => AuthZenSemantic.PermitOnFirstPermit,
                _ => throw Unknown(),
            };

        static BadRequestException Unknown() => Wrong("'options.evaluations_semantic' is execute_all, deny_on_first_deny or permit_on_first_permit.", "/options/evaluations_semantic");
    }

    private static void Write(Utf8JsonWriter json, AuthZenAnswer answer)
    {
        json.WriteStartObject();
        json.WriteBoolean("decision", answer.Permitted);
        json.WriteStartObject("context");
        if (answer.Id.Length > 0)
        {
            json.WriteString("id", answer.Id);
        }

        if (answer.Error is { } error)
        {
            json.WriteStartObject("error");
            json.WriteNumber("status", answer.Status);
            json.WriteString("message", error);
            json.WriteEndObject();
        }

        if (answer.Reasons.Count > 0)
        {
            json.WriteStartArray("reasons");
            foreach (var reason in answer.Reasons)
            {
                json.WriteStringValue(reason);
            }

            json.WriteEndArray();
        }

        if (answer.Context.IsDefined)
        {
            foreach (var (key, value) in answer.Context.AsObject().Where(m => m.Key.TryGetString(out var name) && name is not ("id" or "error" or "reasons")))
            {
                var text = new ArrayBufferWriter<byte>();
                JsonOut.Write(text, value);
                json.WritePropertyName(key.AsString());
                json.WriteRawValue(text.WrittenSpan, skipInputValidation: true);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, write);
    }

    private static BadRequestException Wrong(string detail, string pointer) =>
        new(ProblemCodes.BadRequest, detail, "See the AuthZEN Authorization API 1.0.", [new(pointer, detail)]);
}
