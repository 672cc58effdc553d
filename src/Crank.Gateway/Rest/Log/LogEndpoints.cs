using System.Globalization;
using System.Text;
using System.Text.Json;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Storage;
using Crank.Trust.Log;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Rest.Log;

/// <summary>The transparency log as an auditor needs it: its newest checkpoint, the key that signs it, and proofs (RFC 9162, section 2.1).</summary>
/// <remarks>The log is one for the whole mesh and holds hashes of salted statements: it tells how many jobs ended, and nothing of whose they were.</remarks>
internal sealed class LogEndpoints(GatewayParts parts)
{
    private const string Text = "text/plain; charset=utf-8";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/log/key", Methods.Read, KeyAsync).RequireScope(Scopes.MeshRead).Describe(LogOperations.Key);
        routes.MapMethods("/v1/log/checkpoint", Methods.Read, CheckpointAsync).RequireScope(Scopes.MeshRead).Describe(LogOperations.Checkpoint);
        routes.MapMethods("/v1/log/proof/{index}", Methods.Read, InclusionAsync).RequireScope(Scopes.MeshRead).Describe(LogOperations.Inclusion);
        routes.MapMethods("/v1/log/consistency", Methods.Read, ConsistencyAsync).RequireScope(Scopes.MeshRead).Describe(LogOperations.Consistency);
    }

    private Task KeyAsync(HttpContext context)
    {
        Query.Only(context);
        return JsonAnswer.SendAsync(context, StatusCodes.Status200OK, Encoding.UTF8.GetBytes(parts.Controller.Key + "\n"), Text);
    }

    private async Task CheckpointAsync(HttpContext context)
    {
        Query.Only(context);
        var newest = Newest();
        context.Response.Headers.CacheControl = "no-cache";
        if (!await Conditional.AnsweredAsync(context, new(string.Create(CultureInfo.InvariantCulture, $"\"{newest.Size}\""), isWeak: true)))
        {
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, Encoding.UTF8.GetBytes(newest.Note), Text);
        }
    }

    private Task InclusionAsync(HttpContext context)
    {
        Query.Only(context, "size");
        var newest = Newest();
        var size = SizeOf(context, "size", 1, newest.Size) ?? newest.Size;
        var text = (string)context.GetRouteValue("index")!;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= size)
        {
            throw new BadRequestException(ProblemCodes.NotFound, $"There is no leaf '{text}' in a log of {size}; the first is 0.", "A receipt names its leaf.");
        }

        var hashes = LogProof.Inclusion(index, size, Node);
        return AnswerAsync(context, json =>
        {
            json.WriteNumber("index", index);
            json.WriteNumber("size", size);
            json.WriteString("leaf", Node(0, index).ToString());
            WriteHashes(json, hashes);
            WriteCheckpoint(json, size);
        });
    }

    private Task ConsistencyAsync(HttpContext context)
    {
        Query.Only(context, "from", "to");
        var newest = Newest();
        var to = SizeOf(context, "to", 1, newest.Size) ?? newest.Size;
        var from = SizeOf(context, "from", 1, to) ?? throw Query.Wrong("'from' is missing: the size of the log that you know.", "Take it from your last checkpoint.");
        var hashes = LogProof.Consistency(from, to, Node);
        return AnswerAsync(context, json =>
        {
            json.WriteNumber("from", from);
            json.WriteNumber("to", to);
            WriteHashes(json, hashes);
            WriteCheckpoint(json, to);
        });
    }

    private CheckpointRow Newest() =>
        parts.Store.FindCheckpoint(parts.Controller.LogSize) is { Size: > 0 } newest
            ? newest
            : throw new BadRequestException(ProblemCodes.NotFound, "The log is empty: no job has ended yet.", "Run one.");

    private LogHash Node(int level, long index) => new(parts.Store.NodeHash(level, index) ?? throw new InvalidDataException($"Node {level}/{index} of the log is missing."));

    private static long? SizeOf(HttpContext context, string name, long least, long most) => Query.Value<long>(context, name, "a number") switch
    {
        null => null,
        { } size when size >= least && size <= most => size,
        { } size => throw Query.Wrong($"'{name}' is a size of the log from {least} to {most}; {size} is not.", ""),
    };

    private static Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.Headers.CacheControl = "no-cache";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        });
    }

    private static void WriteHashes(Utf8JsonWriter json, LogHash[] hashes)
    {
        json.WriteStartArray("hashes");
        foreach (var hash in hashes)
        {
            json.WriteStringValue(hash.ToString());
        }

        json.WriteEndArray();
    }

    /// <summary>Not every size has a checkpoint: several jobs may have ended in one commit.</summary>
    private void WriteCheckpoint(Utf8JsonWriter json, long size)
    {
        if (parts.Store.FindCheckpoint(size) is { } checkpoint && checkpoint.Size == size)
        {
            json.WriteString("checkpoint", checkpoint.Note);
        }
    }
}
