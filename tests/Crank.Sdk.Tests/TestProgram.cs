using Crank.Core;
using Crank.Sdk.Tests.Hosting;
using Xunit.MicrosoftTestingPlatform;

namespace Crank.Sdk.Tests;

internal static class TestProgram
{
    private static async Task<int> Main(string[] args) =>
        args is ["words-worker", .. var rest] ? await Words.Program.Main(rest)
        : args is ["noisy-worker"] ? await WorkerHost.RunAsync(() => new Service("noisy", new SemanticVersion(1, 0, 0), new Noisy(), new Busy()), [])
        : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
