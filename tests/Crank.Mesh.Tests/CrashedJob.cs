using Crank.Core;

namespace Crank.Mesh.Tests;

/// <summary>Leaves a job on disk as a crash during its run leaves it.</summary>
internal static class CrashedJob
{
    public static JobId Fund(TestMesh mesh)
    {
        var before = mesh.Workers.Seen.Count;
        var run = mesh.Workers.Run;
        mesh.Workers.Run = (_, _) => new TaskCompletionSource<Run.DispatchResult>().Task;
        _ = mesh.SubmitAsync();
        Assert.True(SpinWait.SpinUntil(() => mesh.Workers.Seen.Count > before, TimeSpan.FromSeconds(30)));
        mesh.Workers.Run = run;
        return mesh.Workers.Seen[^1].Job;
    }
}
