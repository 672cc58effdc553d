using System.Globalization;
using System.Text;
using System.Text.Json;
using Crank.Confinement;
using Crank.Session;
using Crank.Session.Worker;

namespace Crank.HostileWorker;

/// <summary>The attacks as capabilities of a worker, <c>hostile.NAME</c>, with some manners beside them.</summary>
internal static class Serving
{
    public static async Task<int> RunAsync(ConfinementProof proof)
    {
        var hello = new WorkerHello("hostile", "1.0.0", proof.ToString(), "[]"u8.ToArray());
        try
        {
            await new WorkerEndpoint(hello, HandleAsync).RunAsync(Console.OpenStandardInput(), Console.OpenStandardOutput());
            return 0;
        }
        catch (SessionException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task<InvocationResult> HandleAsync(WorkerInvocation invocation, CancellationToken cancelled)
    {
        var name = invocation.Capability["hostile.".Length..];
        var arguments = JsonSerializer.Deserialize<string[]>(invocation.Input.Span)!;
        invocation.Report(new ProgressReport(0, "begun"));
        switch (name)
        {
            case "echo": return Done(arguments[0]);
            case "refuse": return new InvocationResult.Failed("not-today", "No.\u001b[2J", Retryable: false);
            case "obedient":
                await Task.Delay(Timeout.Infinite, cancelled);
                return Done("");
            case "exit":
                Libc.ExitNow(int.Parse(arguments[0], CultureInfo.InvariantCulture));
                return Done("");
            case "leave":
                await File.WriteAllTextAsync(Path.Combine(Path.GetTempPath(), "left"), "secret", cancelled);
                return Done("left");
            case "look": return Done(string.Join(',', Directory.EnumerateFileSystemEntries(Path.GetTempPath()).Select(Path.GetFileName)));
            case "blob":
                await BlobAsync(invocation, int.Parse(arguments[0], CultureInfo.InvariantCulture), cancelled);
                return Done("blob");
            case "input": return Done(await InputAsync(invocation, cancelled));
            case "shout":
                await Console.Error.WriteLineAsync(new string('x', 10_000) + "\u001b[31mlast words");
                Libc.ExitNow(3);
                return Done("");
            default: return await Task.Run(() => Done(Attacks.Run(name, arguments)), CancellationToken.None);
        }
    }

    private static async Task BlobAsync(WorkerInvocation invocation, int megabytes, CancellationToken cancelled)
    {
        await using var blob = invocation.CreateBlob("application/octet-stream");
        var megabyte = new byte[1 << 20];
        for (var i = 0; i < megabytes; i++) await blob.WriteAsync(megabyte, cancelled);
        await blob.CompleteAsync(cancelled);
    }

    private static async Task<string> InputAsync(WorkerInvocation invocation, CancellationToken cancelled)
    {
        using var reader = new StreamReader(invocation.OpenBlob(0));
        return await reader.ReadToEndAsync(cancelled);
    }

    private static InvocationResult.Completed Done(string answer) => new(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(answer)), InvocationResult.NoUnits);
}
