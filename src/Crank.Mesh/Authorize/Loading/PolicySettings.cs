using System.Text.Json.Serialization;
using Crank.Mesh.Authorize.Elsewhere;
using Crank.Mesh.Authorize.Log;

namespace Crank.Mesh.Authorize.Loading;

/// <summary>Where the policies of a mesh come from: the section <c>policy</c> of the configuration.</summary>
public sealed record PolicySettings
{
    /// <summary>A folder of policies and documents, laid out as a bundle; null for none. Either this or <see cref="Bundle"/>; neither: the default policies.</summary>
    public string? Folder { get; init; }

    /// <summary>A bundle, which is a gzipped tar archive; null for none.</summary>
    public string? Bundle { get; init; }

    /// <summary>A folder of delta bundles, gzipped tar archives, which are applied to the bundle in the order of their names; null for none.</summary>
    public string? Deltas { get; init; }

    /// <summary>A file with the key that must have signed: a public key or certificate in PEM, a JSON Web Key, or the shared secret for HS; null when nobody signs.</summary>
    public string? Key { get; init; }

    /// <summary>What signatures call the key. Default <c>default</c>.</summary>
    public string KeyId { get; init; } = "default";

    /// <summary>The one algorithm (RFC 7518, section 3.1) the key is used with. Default ES256.</summary>
    public string Algorithm { get; init; } = "ES256";

    /// <summary>What the signature's claim <c>scope</c> must be; empty: it must have none.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Whether a mesh that serves puts changes in force as they are written. Default true.</summary>
    public bool Watch { get; init; } = true;

    /// <summary>How decisions are written down, and for how long they are kept.</summary>
    public PolicyLogSettings Log { get; init; } = new();

    /// <summary>Another OPA that decides jobs or is compared.</summary>
    public OpaSettings Opa { get; init; } = new();

    /// <summary>A folder or bundle that is asked everything beside the set in force, and decides nothing; null for none.</summary>
    public string? Shadow { get; init; }

    /// <summary>Where the policies come from, in words, e.g. <c>folder /etc/crank/policy</c>.</summary>
    [JsonIgnore]
    public string Origin => Folder is not null ? $"folder {Folder}" : Bundle is not null ? $"bundle {Bundle}" : "the default policies";
}
