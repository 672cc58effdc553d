using Crank.Core;

namespace Crank.Mesh.Tests.Journal;

public sealed class OwnThreadTests
{
    [Fact]
    public async Task Jobs_that_come_at_once_and_jobs_that_come_alone_are_each_committed_once()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var ids = new HashSet<JobId>();
        for (var round = 0; round < 20; round++)
        {
            // First some alone, which are committed by whoever asks; then many, which share the writer's batches.
            for (var i = 0; i < 5; i++)
            {
                Assert.True(ids.Add((await mesh.SubmitAsync()).Job!.Value));
            }

            var many = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => mesh.SubmitAsync())));
            Assert.All(many, report => Assert.True(report.Refusal is null && ids.Add(report.Job!.Value)));
        }

        Assert.Equal(ids.Count, mesh.Commits.Sum(c => c.Receipts));
        Assert.Equal(ids.Count * 2, mesh.Commits.Sum(c => c.Jobs));
        Assert.Contains(mesh.Commits, c => c.Jobs == 1);
        Assert.Contains(mesh.Commits, c => c.Jobs > 1);
        mesh.AssertSound();
    }
}
