using Crank.Storage;

namespace Crank.Load.Queue;

/// <summary>A data folder, its owner's alone, with so many finished jobs.</summary>
internal static class FilledFolder
{
    public static async Task MakeAsync(string folder, int finished)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await using var mesh = await QueueMesh.OpenAsync(folder, runs: false, StoreDurability.Normal);
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) <= finished)
            {
                await mesh.Controller.SubmitAsync(Requests.Of(Requests.Echo, """{"message":1}"""u8.ToArray()), null, CancellationToken.None);
            }
        })));
    }
}
