using System.Collections.Immutable;
using Crank.Gateway.Identity;
using Crank.Mesh;
using Crank.Storage;

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
}
