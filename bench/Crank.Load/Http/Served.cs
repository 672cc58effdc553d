using Crank.Load.Processes;
using Microsoft.AspNetCore.Builder;

namespace Crank.Load.Http;

/// <summary>A server of this program in a process of its own.</summary>
internal static class Served
{
    private const string Word = "listens ";

    /// <summary>In the process: serves, says where, and ends when its input does.</summary>
    public static async Task UntilAskedToEndAsync(WebApplication app)
    {
        await app.StartAsync();
        Console.WriteLine(Word + app.Urls.First());
        await Console.In.ReadToEndAsync();
    }

    /// <summary>From outside: starts it with the runtime settings of a web application, not with those of crank.</summary>
    public static async Task<(Child Child, Uri Address)> StartAsync(params string[] arguments)
    {
        var child = Child.StartOwn(
            arguments, ("DOTNET_gcServer", "1"), ("DOTNET_gcConcurrent", "1"), ("DOTNET_TieredPGO", "1"), ("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "46"));
        return (child, new Uri(await child.HearAsync(line => line.StartsWith(Word, StringComparison.Ordinal) ? line[Word.Length..] : null)));
    }
}
