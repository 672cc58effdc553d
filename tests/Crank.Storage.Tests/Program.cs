using Xunit.MicrosoftTestingPlatform;

namespace Crank.Storage.Tests;

internal static class Program
{
    private static async Task<int> Main(string[] args) =>
        args is [CrashTests.Child, var database] ? await CrashTests.RunChildAsync(database)
        : args is [DataFolderLockTests.Child, var folder] ? await DataFolderLockTests.RunChildAsync(folder)
        : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
