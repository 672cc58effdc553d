using System.Collections.Frozen;

namespace Crank.Gateway.Identity;

/// <summary>What a request may be allowed to do. Every operation names one; the list is part of the HTTP face.</summary>
public static class Scopes
{
    /// <summary>See capabilities and offers.</summary>
    public const string MeshRead = "mesh:read";

    /// <summary>Change the mesh: its services, its configuration.</summary>
    public const string MeshAdmin = "mesh:admin";

    /// <summary>See jobs, their results, receipts and explanations.</summary>
    public const string JobsRead = "jobs:read";

    /// <summary>Run and cancel jobs.</summary>
    public const string JobsWrite = "jobs:write";

    /// <summary>Read files.</summary>
    public const string BlobsRead = "blobs:read";

    /// <summary>Upload files.</summary>
    public const string BlobsWrite = "blobs:write";

    /// <summary>See what was used and charged.</summary>
    public const string UsageRead = "usage:read";

    /// <summary>Make, rotate and revoke keys; manage principals.</summary>
    public const string KeysAdmin = "keys:admin";

    /// <summary>Manage webhooks.</summary>
    public const string WebhooksAdmin = "webhooks:admin";

    /// <summary>Join the mesh as a service and offer capabilities; only keys of the mesh's owner can have it.</summary>
    public const string ServicesRegister = "services:register";

    /// <summary>Ask the policies in force, and read them and their documents.</summary>
    public const string PolicyRead = "policy:read";

    /// <summary>Every scope.</summary>
    public static FrozenSet<string> All { get; } =
        new[] { MeshRead, MeshAdmin, JobsRead, JobsWrite, BlobsRead, BlobsWrite, UsageRead, KeysAdmin, WebhooksAdmin, PolicyRead, ServicesRegister }.ToFrozenSet(StringComparer.Ordinal);
}
