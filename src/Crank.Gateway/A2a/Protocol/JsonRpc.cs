using System.Text.Json;

namespace Crank.Gateway.A2a.Protocol;

/// <summary>A call (JSON-RPC 2.0, section 4).</summary>
internal sealed record JsonRpcRequest
{
    public string? Jsonrpc { get; init; }

    public JsonElement? Id { get; init; }

    public string? Method { get; init; }

    public JsonElement? Params { get; init; }
}

/// <summary>The answer to a call: a result or an error.</summary>
internal sealed record JsonRpcResponse
{
    public string Jsonrpc { get; init; } = "2.0";

    public JsonElement? Id { get; init; }

    public JsonElement? Result { get; init; }

    public JsonRpcError? Error { get; init; }
}

internal sealed record JsonRpcError
{
    public int Code { get; init; }

    public string? Message { get; init; }

    /// <summary>Details, each with its <c>@type</c> (A2A 1.0, section 9.5).</summary>
    public IReadOnlyList<JsonElement>? Data { get; init; }
}
