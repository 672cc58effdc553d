using Xunit.MicrosoftTestingPlatform;

namespace Crank.Storage.Tests;

internal static class Program
{
    private static async Task<int> Main(string[] args) => args is [CrashTests.Child, var database]
        ? await CrashTests.RunChildAsync(database)
        : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
