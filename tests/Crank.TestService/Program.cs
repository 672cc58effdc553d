using Crank.Core;
using Crank.Sdk;

namespace Crank.TestService;

internal static class Program
{
    internal static Task<int> Main(string[] args) => WorkerHost.RunAsync(() => new Service("test", new SemanticVersion(1, 0, 0), new Hold()), args);
}
