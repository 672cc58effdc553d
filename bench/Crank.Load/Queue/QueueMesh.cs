using System.Globalization;
using System.Text;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Storage;

namespace Crank.Load.Queue;

/// <summary>The mesh that is killed: <c>echo</c> may be run again when a run was cut off, and <c>echo.once</c> may not.</summary>
internal static class QueueMesh
{
    private static readonly CapabilityName s_once = CapabilityName.Parse("echo.once");

    public static Task<LoadMesh> OpenAsync(string folder, bool runs, StoreDurability durability = StoreDurability.Full)
    {
        var echo = Cli.Embedded.BuiltInServices.Of("echo", Currency.Eur).First(c => c.Id.Name == Requests.Echo);
        Capability[] capabilities = [echo, echo with { Id = new(s_once, echo.Id.Version), Idempotent = false }];
        return LoadMesh.OpenAsync(folder, durability, new QueueWorker(), QueueWorker.Claimed, capabilities, s => s with { Queue = s.Queue with { Runs = runs, MaxRunning = 32, MaxAttempts = 100 } });
    }

    public static JobRequest Request(int number) => Requests.Of(
        number % 4 == 0 ? s_once : Requests.Echo, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"message\":{number}}}")),
        key: number % 2 == 0 ? string.Create(CultureInfo.InvariantCulture, $"key-{number}") : null);

    public static bool MayRunAgain(JobRow job) => job.Capability.Name != s_once;
}
