using System.Text;

namespace Crank.Mesh.Tests;

public sealed class AllocationTests
{
    /// <summary>Bytes that one echo of 1 KiB may allocate on the whole path, the store in memory and the input of the policy included. Allocations repeat, times do not: this is the gate.</summary>
    private const long Budget = 50_000;

    private const int Jobs = 500;

    [Fact]
    public async Task One_job_down_the_whole_path_allocates_no_more_than_its_budget()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var json = $$"""{"message":"{{new string('x', 1_000)}}"}""";
        mesh.Workers.Answer(ScriptedWorkers.Done(json));
        var request = TestMesh.Request(json);
        for (var i = 0; i < 200; i++)
        {
            Assert.NotNull((await mesh.SubmitAsync(request)).Delivery);
        }

        // Jobs that come one at a time stay on the thread of whoever asks, commits included; so its own count is all there is.
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Jobs; i++)
        {
            var job = mesh.SubmitAsync(request);
            Assert.True(job.IsCompletedSuccessfully, "The job left the thread.");
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Jobs;
        Assert.True(each <= Budget, $"{each:N0} bytes a job; {Budget:N0} are allowed.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{each:N0} bytes a job, {Encoding.UTF8.GetByteCount(json)} bytes of input");
    }
}
