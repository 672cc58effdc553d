using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Gateway.A2a.Protocol;
using Crank.Gateway.Agents;
using Crank.Gateway.Hosting;
using Crank.Gateway.Identity;
using Crank.Trust.Canonical;
using Crank.Trust.Jose;
using Crank.Trust.Keys;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.A2a;

/// <summary>The mesh as an agent: one card for everybody, one with every capability for who is authenticated, both signed (A2A 1.0, section 8.4).</summary>
/// <remarks>A card names only addresses that the operator gave or that this process listens on, never what a request calls it: whoever is handed a signed card can trust where it leads.</remarks>
internal sealed class AgentCards : IDisposable
{
    public const string CardPath = "/.well-known/agent-card.json";
    public const string KeysPath = "/.well-known/jwks.json";
    public const string CallPath = "/a2a";

    private const int MaxDescription = 1_000;
    private readonly LiveOptions _options;
    private readonly GatewayParts _parts;
    private readonly Lazy<KeyRing> _keys;

    public AgentCards(LiveOptions options, GatewayParts parts)
    {
        (_options, _parts) = (options, parts);
        _keys = new(() => KeyRing.OpenOrCreate(Path.Combine(parts.Folder, "keys", "a2a"), "a2a-card", parts.Clock.GetUtcNow()));
    }

    /// <summary>The card that everybody may read: that there is a mesh here, how to authenticate, and nothing of what it can do.</summary>
    public AgentCard Public(HttpContext context) => Sign(
        Basic(context) with
        {
            Skills =
            [
                new()
                {
                    Id = "capabilities", Name = "Capabilities of this mesh",
                    Description = "Runs capabilities as governed jobs with signed receipts. The extended card lists them to who is authenticated.", Tags = ["jobs", "receipts"],
                },
            ],
        },
        context);

    /// <summary>The card with every capability as a skill.</summary>
    public AgentCard Extended(HttpContext context) => Sign(
        Basic(context) with { Skills = [.. _parts.Controller.Catalogue.All.DistinctBy(c => c.Id.Name).Select(SkillOf)] }, context);

    /// <summary>The public keys that verify cards, RFC 7517.</summary>
    public string KeySet() => $"{{\"keys\":[{string.Join(',', _keys.Value.Keys.Select(k => Jwk.From(k.Key).ToJson()))}]}}";

    public void Dispose()
    {
        if (_keys.IsValueCreated)
        {
            _keys.Value.Dispose();
        }
    }

    private AgentCard Basic(HttpContext context) => new()
    {
        Name = "Crank mesh",
        Description = "A mesh of machines that runs capabilities as jobs: checked by policy, priced, isolated, receipted.",
        Version = typeof(AgentCards).Assembly.GetName().Version?.ToString(3) ?? "0",
        SupportedInterfaces = [new() { Url = PublicAddress.Of(context, _options) + CallPath, ProtocolBinding = "JSONRPC", ProtocolVersion = "1.0" }],
        Capabilities = new() { Streaming = true, PushNotifications = false, ExtendedAgentCard = true },
        SecuritySchemes = new Dictionary<string, SecurityScheme>(StringComparer.Ordinal)
        {
            ["key"] = new() { HttpAuthSecurityScheme = new() { Scheme = "Bearer", Description = "A key of the mesh, or a token of its identity provider." } },
        },
        SecurityRequirements =
        [
            new() { Schemes = new Dictionary<string, StringList>(StringComparer.Ordinal) { ["key"] = new() { List = [Scopes.MeshRead, Scopes.JobsRead, Scopes.JobsWrite] } } },
        ],
        DefaultInputModes = ["application/json", "text/plain", "application/octet-stream"],
        DefaultOutputModes = ["application/json", "text/plain", "application/octet-stream"],
    };

    private static AgentSkill SkillOf(Capability capability) => new()
    {
        Id = capability.Id.Name.Value,
        Name = capability.Id.ToString(),
        Description = PlainText.Of(capability.Summary, MaxDescription) is { Length: > 0 } summary ? summary : capability.Id.Name.Value,
        Tags = [capability.Id.Name.Value.Split('.', 2)[0]],
    };

    private AgentCard Sign(AgentCard card, HttpContext context)
    {
        var key = _keys.Value.Current;
        var header = new JsonObject { ["alg"] = "EdDSA", ["typ"] = "JOSE", ["kid"] = key.Public.Id, ["jku"] = PublicAddress.Of(context, _options) + KeysPath };
        if (!CanonicalJson.TryCanonicalize(JsonSerializer.SerializeToUtf8Bytes(card, A2aJson.Default.AgentCard), out var payload, out var why))
        {
            throw new InvalidOperationException($"A card has no canonical form: {why}");
        }

        var parts = JwsSigner.With(key).Compact(Encoding.UTF8.GetBytes(header.ToJsonString()), payload).Split('.');
        return card with { Signatures = [new() { Protected = parts[0], Signature = parts[2] }] };
    }
}
