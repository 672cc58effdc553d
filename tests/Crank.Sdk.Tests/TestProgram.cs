using Xunit.MicrosoftTestingPlatform;

namespace Crank.Sdk.Tests;

internal static class TestProgram
{
    private static async Task<int> Main(string[] args) =>
        args is ["words-worker", .. var rest]
            ? await Words.Program.Main(rest)
            : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
