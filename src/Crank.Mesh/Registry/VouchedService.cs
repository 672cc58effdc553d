using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Mesh.Registry;

/// <summary>What the operator vouches for where a service from outside runs.</summary>
/// <param name="Principal">The principal that registers it.</param>
/// <param name="Isolation">The layers that stand around its jobs, e.g. <c>process+rlimits+seccomp+landlock-7</c>. Those that the service claims too are believed, and no other.</param>
/// <param name="Node">The machine that its offers name; null for the principal's own name.</param>
/// <param name="Zone">The grid zone of that machine; null for unknown.</param>
public sealed record VouchedService(PrincipalId Principal, Isolation Isolation = default, NodeId? Node = null, Zone? Zone = null)
{
    /// <summary>Capabilities of crank's own, or of another principal's, that its services may offer too, e.g. <c>doc.convert</c> for a second machine that runs <c>crank worker doc</c>. Default none.</summary>
    public ImmutableArray<CapabilityName> Shares { get; init; } = [];

    /// <summary>What is believed of a claim: the layers that both name, in the order of the claim; none when there is no such layer, or the claim is no isolation.</summary>
    public static Isolation Believed(VouchedService? vouched, string claimed)
    {
        if (vouched is null || !Isolation.TryParse(claimed, null, out var read))
        {
            return Isolation.None;
        }

        var granted = vouched.Isolation.Value.Split('+');
        var both = read.Value.Split('+').Where(granted.Contains).ToList();
        return both.Count == 0 ? Isolation.None : Isolation.Parse(string.Join('+', both));
    }
}
