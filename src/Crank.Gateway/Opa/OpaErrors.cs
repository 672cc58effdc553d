using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Crank.Gateway.Rest.Answers;
using Crank.Rego.Builtins;
using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Values;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Opa;

/// <summary>Writes errors as OPA does: <c>{"code", "message", "errors": [{"code", "message", "location": {"file", "row", "col"}}]}</c>.</summary>
internal static class OpaErrors
{
    public const string CompileModule = "error(s) occurred while compiling module(s)";
    public const string ParseQuery = "error(s) occurred while parsing query";
    public const string CompileQuery = "error(s) occurred while compiling query";
    public const string Evaluation = "error(s) occurred while evaluating query";

    private const string Limit = "eval_limit_error";

    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs an endpoint and answers what the engine throws.</summary>
    public static async Task GuardAsync(HttpContext context, RequestDelegate handler)
    {
        try
        {
            await handler(context);
        }
        catch (OpaException e)
        {
            await WriteAsync(context, e.Status, e.Code, e.Message, e.Errors);
        }
        catch (ValueFormatException e)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, OpaCodes.InvalidParameter, "body contains malformed input document: " + e.Message, []);
        }
        catch (PolicyException e)
        {
            var wrong = OpaException.Wrong(CompileQuery, e.Errors);
            await WriteAsync(context, wrong.Status, wrong.Code, wrong.Message, wrong.Errors);
        }
        catch (EvaluationException e)
        {
            await WriteAsync(context, StatusCodes.Status500InternalServerError, OpaCodes.Internal, Evaluation, [new(e.Code, e.Message, e.At)]);
        }
        catch (LimitException e)
        {
            await WriteAsync(context, StatusCodes.Status500InternalServerError, OpaCodes.Internal, Evaluation, [new(Limit, e.Message, null)]);
        }
    }

    public static async Task WriteAsync(HttpContext context, int status, string code, string message, ImmutableArray<OpaErrorItem> errors)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer is out: the only honest end is to cut the connection.
            context.Abort();
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        var body = JsonAnswer.Render(json =>
        {
            json.WriteStartObject();
            json.WriteString("code", code);
            json.WriteString("message", message);
            if (errors.Length > 0)
            {
                json.WriteStartArray("errors");
                foreach (var error in errors)
                {
                    Write(json, error);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }, s_readable);
        await JsonAnswer.SendAsync(context, status, body);
    }

    private static void Write(Utf8JsonWriter json, OpaErrorItem error)
    {
        json.WriteStartObject();
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        if (error.At is { Row: > 0 } at)
        {
            json.WriteStartObject("location");
            json.WriteString("file", at.File);
            json.WriteNumber("row", at.Row);
            json.WriteNumber("col", at.Column);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
