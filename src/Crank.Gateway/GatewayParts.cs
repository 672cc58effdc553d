using System.Collections.Immutable;
using Crank.Core;
using Crank.Gateway.Identity;
using Crank.Mesh;
using Crank.Mesh.Authorize;
using Crank.Mesh.Authorize.Elsewhere;
using Crank.Mesh.Authorize.Loading;
using Crank.Mesh.Govern;
using Crank.Mesh.Registry;
using Crank.Storage;
using Crank.Trust.Keys;

namespace Crank.Gateway;

/// <summary>What a gateway works with.</summary>
/// <param name="Controller">Takes every job down the one path.</param>
/// <param name="Store">Where rows are read.</param>
/// <param name="Blobs">Where files are kept.</param>
/// <param name="Folder">The data folder, the owner's alone: for keys, certificates and files on their way.</param>
/// <param name="Clock">The time.</param>
public sealed record GatewayParts(Controller Controller, IStore Store, BlobStore Blobs, string Folder, TimeProvider Clock)
{
    /// <summary>Ways to prove an identity beyond those that the options name; asked first, in order.</summary>
    public ImmutableArray<IIdentitySource> Identities { get; init; } = [];

    /// <summary>Ids; null for a source of its own.</summary>
    public IdSource? Ids { get; init; }

    /// <summary>32 bytes that nobody can guess, each time others; null for the system's random source.</summary>
    public Func<byte[]>? Secret { get; init; }

    /// <summary>The set of policies in force, which others may ask; null when the mesh decides by other means: then every answer is undefined.</summary>
    public PolicyBook? Policies { get; init; }

    /// <summary>What keeps <see cref="Policies"/> in step with their files, and reads them again when asked; null for policies that are not from files.</summary>
    public PolicyWatch? PolicyFiles { get; init; }

    /// <summary>The set of policies that is asked beside the one in force, and decides nothing; null when there can be none.</summary>
    public ShadowDesk? Shadow { get; init; }

    /// <summary>What the configuration names as the place of policies now, in words.</summary>
    public Func<string> ConfiguredPolicies { get; init; } = static () => "";

    /// <summary>Another OPA that decides jobs or is compared; null for none.</summary>
    public OtherOpa? OtherOpa { get; init; }

    /// <summary>Who serves what; null for a mesh whose offers never change, which takes no services from outside.</summary>
    public ServiceRegistry? Registry { get; init; }

    /// <summary>Every key that the mesh ever signed with, to check its own log; the one in use when nobody says otherwise.</summary>
    public Func<IReadOnlyList<TrustedKey>> Keys { get; init; } = () => [new(Controller.Key)];
}
