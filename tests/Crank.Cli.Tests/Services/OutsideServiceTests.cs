using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Crank.Cli.Tests.Running;

namespace Crank.Cli.Tests.Services;

public sealed class OutsideServiceTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_whose_process_is_killed_is_done_by_another_and_the_killed_one_is_gone_from_the_list()
    {
        using var scratch = new Scratch();
        await using var up = await RunningMesh.StartAsync(scratch, "--set", "mesh.minIsolation=none");
        var key = await KeyAsync(scratch);
        using var first = Join(up.Address, key);
        using var second = Join(up.Address, key);
        await UntilAsync(async () => (await ServingAsync(scratch)).Count == 2);

        var file = scratch.InFolder("held");
        var invoke = scratch.CrankAsync("invoke", "test.hold", "--param", $"file={file}", "--json");
        await UntilAsync(() => Task.FromResult(File.Exists(file + ".pid")));
        var killed = int.Parse(await File.ReadAllTextAsync(file + ".pid", Stop), CultureInfo.InvariantCulture);
        (await scratch.BashAsync($"kill -KILL {killed}")).Exits(0);
        await UntilAsync(async () => await File.ReadAllTextAsync(file + ".pid", Stop) != $"{killed}");
        await File.WriteAllTextAsync(file, "", Stop);

        var run = (await invoke).Exits(ExitCode.Done);
        var survivor = killed == first.Id ? second : first;
        Assert.Contains($"\"process\":{survivor.Id}", run.Out.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        await UntilAsync(async () => (await ServingAsync(scratch)).Count == 1);

        // Asked to stop, the other leaves in order and its capability goes with it.
        (await scratch.BashAsync($"kill -TERM {survivor.Id}")).Exits(0);
        await survivor.WaitForExitAsync(Stop);
        Assert.Equal(ExitCode.Done, survivor.ExitCode);
        await UntilAsync(async () => (await ServingAsync(scratch)).Count == 0);
        (await scratch.CrankAsync("invoke", "test.hold")).Exits(ExitCode.NotFoundOrConflict);
    }

    [Fact]
    public async Task The_only_service_that_is_killed_ends_its_job_and_comes_back_by_itself_when_the_mesh_does()
    {
        using var scratch = new Scratch();
        var listen = "http://127.0.0.1:0";
        await using (var up = await RunningMesh.StartAsync(scratch, "--set", "mesh.minIsolation=none"))
        {
            listen = up.Address.ToString();
            var key = await KeyAsync(scratch);
            using var service = Join(up.Address, key);
            await UntilAsync(async () => (await ServingAsync(scratch)).Count == 1);
            var file = scratch.InFolder("held");
            var invoke = scratch.CrankAsync("invoke", "test.hold", "--param", $"file={file}", "--json");
            await UntilAsync(() => Task.FromResult(File.Exists(file + ".pid")));
            service.Kill();

            Assert.Equal("worker-exit", (await invoke).Exits(ExitCode.NotDone).ErrorJson.GetProperty("code").GetString());
            await UntilAsync(async () => (await ServingAsync(scratch)).Count == 0);

            using var again = Join(up.Address, key);
            await UntilAsync(async () => (await ServingAsync(scratch)).Count == 1);
            Assert.Equal(ExitCode.Done, await up.StopAsync("TERM"));
            Assert.False(again.HasExited);
            await using var back = await RunningMesh.StartAsync(scratch, "--set", "mesh.minIsolation=none", "--listen", listen);
            await UntilAsync(async () => (await ServingAsync(scratch)).Count == 1);
            again.Kill();
        }
    }

    [Theory]
    [InlineData("crank_0000000000000000000000000_wrong", ExitCode.NotAuthenticated, "refused the key")]
    [InlineData("", ExitCode.Usage, "There is no key")]
    public async Task A_key_that_does_not_do_is_said_at_once(string key, int exit, string said)
    {
        using var scratch = new Scratch();
        await using var up = await RunningMesh.StartAsync(scratch);
        var run = (await scratch.CrankAsync("worker", "echo", "--mesh", up.Address.ToString(), "--key-file", scratch.Write("key", key))).Exits(exit);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_cranks_own_is_refused_with_the_reason()
    {
        using var scratch = new Scratch();
        await using var up = await RunningMesh.StartAsync(scratch);
        var run = (await scratch.CrankAsync("worker", "echo", "--mesh", up.Address.ToString(), "--key-file", await KeyAsync(scratch))).Exits(ExitCode.RefusedByPolicy);
        Assert.Contains("capability-taken", run.Error, StringComparison.Ordinal);
    }

    private static async Task<string> KeyAsync(Scratch scratch) =>
        scratch.Write("service.key", (await scratch.CrankAsync("keys", "create", "service", "--scope", "services:register")).Exits(ExitCode.Done).Out);

    private static Process Join(Uri mesh, string key)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Crank.TestService"), ["--mesh", mesh.ToString(), "--key-file", key]) { UseShellExecute = false };
        return Process.Start(start)!;
    }

    /// <summary>The services from outside that serve.</summary>
    private static async Task<IReadOnlyList<JsonElement>> ServingAsync(Scratch scratch)
    {
        var listed = (await scratch.CrankAsync("services", "--json")).Exits(ExitCode.Done).OutJson;
        return [.. listed.EnumerateArray().Where(s => !s.GetProperty("builtIn").GetBoolean() && s.GetProperty("state").GetString() == "serving")];
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(s_patience);
        while (!await condition())
        {
            await Task.Delay(100, late.Token);
        }
    }
}
