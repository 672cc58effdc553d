using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Serialization;
using Crank.Storage;

namespace Crank.Mesh.Govern;

/// <summary>An exception from one rule of the policy, for somebody, for some capabilities, until a moment. It never stands against a lockdown or for who is disabled or not known.</summary>
/// <param name="Rule">The rule as refusals name it.</param>
/// <param name="Tenant">Whose jobs.</param>
/// <param name="Principal">Of whom; null for everybody in the tenant.</param>
/// <param name="Capability">Which capabilities.</param>
/// <param name="Until">Until then, not included; at most <see cref="Longest"/> ahead.</param>
/// <param name="Reason">Why, for whoever looks later.</param>
/// <param name="By">Who made it.</param>
/// <param name="MadeAt">When.</param>
public sealed record Exemption(string Rule, TenantId Tenant, PrincipalId? Principal, CapabilityPattern Capability, DateTimeOffset Until, string Reason, PrincipalId By, DateTimeOffset MadeAt)
{
    /// <summary>The longest time that one is good: 90 days.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>The longest rule and the longest reason.</summary>
    public const int MaxText = 500;

    internal const string Kind = "policy-exception";

    /// <summary>How long one is kept after its end, so that what a receipt names can be looked up.</summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(400);

    /// <summary>Names it; receipts carry it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public SortableId Id { get; init; }

    /// <summary>Rules that are the mesh's own, and what a policy did wrong, have no exceptions.</summary>
    public static bool MayExcept(string rule) =>
        !rule.StartsWith("mesh.", StringComparison.Ordinal) && (!rule.StartsWith("policy.", StringComparison.Ordinal) || rule == GateRules.Deny);

    /// <summary>Whether it stands against a rule for a question.</summary>
    internal bool Covers(string rule, PolicyQuestion question) =>
        question.Now < Until && rule == Rule && question.Tenant == Tenant && (Principal is not { } only || question.Principal == only) && Capability.Matches(question.Capability);

    internal RecordRow ToRow() => new(Kind, TenantId.Owner, Id.ToString(), JsonSerializer.SerializeToUtf8Bytes(this, MeshJson.Default.Exemption), Until + s_kept, 1);

    /// <summary>What a row says; null when it cannot be read: it then exempts nobody.</summary>
    internal static Exemption? Of(RecordRow row)
    {
        try
        {
            return SortableId.TryParse(row.Id, null, out var id) && JsonSerializer.Deserialize(row.Body, MeshJson.Default.Exemption) is { } exemption ? exemption with { Id = id } : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }
}
