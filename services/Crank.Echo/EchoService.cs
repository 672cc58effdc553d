using Crank.Core;
using Crank.Sdk;

namespace Crank.Echo;

/// <summary>The simplest service: one capability that gives back what it was given.</summary>
public static class EchoService
{
    /// <summary>Makes the service, for a worker to host.</summary>
    public static Service Create() => new("crank-echo", new SemanticVersion(1, 0, 0), new EchoCapability());
}
