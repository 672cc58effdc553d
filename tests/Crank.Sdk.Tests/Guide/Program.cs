using Crank.Core;
using Crank.Sdk;

namespace Words;

internal static class Program
{
    internal static Task<int> Main(string[] args) =>
        WorkerHost.RunAsync(() => new Service("words", new SemanticVersion(1, 0, 0), new CountWords()), args);
}
