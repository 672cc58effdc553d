using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Mesh.Registry;

/// <summary>What a service says of itself when it registers, as far as the mesh believes it.</summary>
/// <param name="Name">Its name, e.g. <c>words</c>.</param>
/// <param name="Version">The version of its program.</param>
/// <param name="Registrant">The authenticated principal that registered it; null for the services that crank itself brings.</param>
/// <param name="Node">The machine that its offers name.</param>
/// <param name="Isolation">What is believed of the isolation of its jobs; none unless it was proved here or the operator vouches for it.</param>
/// <param name="Sdk">The version of the Sdk that it was built with; null when it does not say.</param>
/// <param name="Protocol">The session protocol that it speaks, e.g. <c>crank-session/1</c>; <see cref="Local"/> for workers that this process starts.</param>
public sealed record ServiceFacts(string Name, SemanticVersion Version, PrincipalId? Registrant, NodeId Node, Isolation Isolation, SemanticVersion? Sdk, string Protocol)
{
    /// <summary>The protocol of workers that this process starts.</summary>
    public const string Local = "local";

    /// <summary>Names of crank's own, or of another principal's, that the operator lets it serve too.</summary>
    public ImmutableArray<CapabilityName> Shares { get; init; } = [];

    /// <summary>True for the services that crank itself brings.</summary>
    public bool IsBuiltIn => Registrant is null;
}
