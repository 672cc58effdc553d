using Crank.Core;
using Crank.Sdk;

namespace Crank.Hash;

/// <summary>Hashes of files: the simplest service that reads a blob.</summary>
public static class HashService
{
    /// <summary>Makes the service, for a worker to host.</summary>
    public static Service Create() => new("crank-hash", new SemanticVersion(1, 0, 0), new HashCapability());
}
