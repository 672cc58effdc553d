using Crank.Carbon;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Place;
using Crank.Mesh.Run;
using Crank.Storage;
using Crank.Trust.Keys;

namespace Crank.Mesh;

/// <summary>What a controller works with: everything that has an effect, a clock or chance in it.</summary>
/// <param name="Store">Where rows become durable.</param>
/// <param name="Blobs">Where large results become durable; null for simulations, whose results all fit into rows.</param>
/// <param name="Key">The key to sign with now; named for the mesh's origin.</param>
/// <param name="Offers">The capabilities and who offers them, replaced whole.</param>
/// <param name="Dispatcher">Where sandboxes plug in.</param>
/// <param name="Zones">The carbon intensities.</param>
/// <param name="Clock">The time.</param>
/// <param name="Ids">Ids, from a clock and chance.</param>
/// <param name="Salt">32 bytes that nobody can guess, each time others.</param>
/// <param name="Policy">The gate that every job passes; null for the default policies, see <see cref="DefaultPolicies"/>.</param>
/// <param name="Chance">Spreads retries over time; used under a lock. Null for one of its own.</param>
/// <param name="Overruled">
/// Told of every decision about a job that is another than its policy's answer: a lockdown's, an exception's, a redaction's that cannot be carried out. On the thread of
/// the job: it must neither wait nor throw. Null for nobody.
/// </param>
public sealed record ControllerParts(
    IStore Store,
    BlobStore? Blobs,
    Func<SigningKey> Key,
    OfferBook Offers,
    IDispatcher Dispatcher,
    ZoneTable Zones,
    TimeProvider Clock,
    IdSource Ids,
    Func<byte[]> Salt,
    IPolicy? Policy = null,
    Random? Chance = null,
    Action<Decision>? Overruled = null)
{
    /// <summary>The sets of policies that are asked about what is no job, and about what services call; null for those of <see cref="Policy"/>, else the default ones.</summary>
    public PolicyBook? Policies { get; init; }
}
