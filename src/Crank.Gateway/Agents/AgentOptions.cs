using System.Collections.Immutable;

namespace Crank.Gateway.Agents;

/// <summary>What an operator decides about the faces for agents, <c>/mcp</c> and <c>/a2a</c>.</summary>
public sealed record AgentOptions
{
    /// <summary>The address that agents use, when it is not the one that is listened on, e.g. behind a proxy; null: the address of the request.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Origins (RFC 6454, e.g. <c>https://chat.example</c>) whose pages may call the faces for agents, beyond the gateway's own. Default none.</summary>
    public ImmutableArray<string> AllowedOrigins { get; init; } = [];

    /// <summary>Bytes of a file that stands inside a call, after decoding; more is uploaded as a blob. Default 512 KiB.</summary>
    public int InlineInput { get; init; } = 512 * 1024;

    /// <summary>Bytes of a file that stands inside an answer; larger ones are named by address. Default 64 KiB.</summary>
    public int InlineOutput { get; init; } = 64 * 1024;

    /// <summary>Bytes of a file that is read as a resource, inside one JSON message; larger ones are fetched over REST. Default 4 MiB.</summary>
    public int Resource { get; init; } = 4 * 1024 * 1024;

    /// <summary>Most idle sessions of MCP clients that begin with a handshake (2025-11-25 and earlier); the oldest goes first. Default 1,000.</summary>
    public int Sessions { get; init; } = 1_000;

    /// <summary>How long such a session may be idle. Default 30 min.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Most streams of task events that a tenant may have open. Default 64.</summary>
    public int Streams { get; init; } = 64;

    /// <summary>How long it is known which conversation a task belongs to, and what was said. Default 7 days.</summary>
    public TimeSpan Conversation { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Most tools, resources or tasks in one page. Default 100.</summary>
    public int Page { get; init; } = 100;
}
