using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Embedded;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh.Govern;

namespace Crank.Cli.Policy.Govern;

/// <summary><c>crank policy lockdown|unlock</c>: stops a mesh from taking and starting jobs, whether it runs or not.</summary>
internal static class LockdownCommand
{
    private const string Path = "/v1/policy/lockdown";

    private const string Examples = """
          crank policy lockdown --reason "A key has leaked."
          crank policy lockdown --stop-running --reason "A worker misbehaves."
          crank policy unlock

        It is in force from the answer on, and after a restart, until it is lifted. Jobs are refused with exit code 3 and the reason; what waits in the queue goes on waiting.
        """;

    public static Command Lock()
    {
        var reason = new Option<string>("--reason") { Description = "Why; everybody reads it whose jobs are refused.", HelpName = "TEXT", Required = true };
        var stop = new Option<bool>("--stop-running") { Description = "Stop what runs, at no cost; jobs of the queue that may run again go back there. Else it ends by itself." };
        var command = new ExampleCommand("lockdown", "Stops the mesh from taking and starting jobs, until 'crank policy unlock'.", Examples) { reason, stop };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var why = parsed.GetRequiredValue(reason);
            if (string.IsNullOrWhiteSpace(why) || why.Length > Lockdown.MaxReason || why.Any(char.IsControl))
            {
                throw new CliException(ExitCode.Usage, $"A reason has 1 to {Lockdown.MaxReason} characters on one line.", "Say shortly why: --reason \"A key has leaked.\"");
            }

            Say(answer, await LockAsync(parsed, why, parsed.GetValue(stop), answer, cancellationToken));
            return ExitCode.Done;
        }));
        return command;
    }

    public static Command Unlock()
    {
        var command = new Command("unlock", "Lifts the lockdown: jobs are taken again, and those that wait start.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var lifted = await UnlockAsync(parsed, answer, cancellationToken);
            answer.Write(
                () => new JsonObject { ["lockedDown"] = false, ["lifted"] = lifted },
                output => output.WriteLine(lifted ? "The lockdown is lifted: jobs are taken again." : "The mesh was not locked down."));
            return ExitCode.Done;
        }));
        return command;
    }

    private static async Task<JsonObject> LockAsync(ParseResult parsed, string reason, bool stop, Answer answer, CancellationToken cancellationToken)
    {
        using var running = await MeshClient.FindAsync(parsed, cancellationToken);
        if (running is not null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, Path)
            {
                Content = new StringContent(new JsonObject { ["reason"] = reason, ["stopRunning"] = stop }.ToJsonString(), Encoding.UTF8, "application/json"),
            };
            return JsonObject.Create(await running.JsonAsync(request, cancellationToken))!;
        }

        await using var mesh = await QuietMesh.OpenAsync(parsed, answer, cancellationToken);
        var met = await mesh.Controller.Lockdown.LockAsync(reason, PrincipalId.Owner, stop);
        return new()
        {
            ["lockedDown"] = true,
            ["reason"] = met.Lockdown.Reason,
            ["by"] = met.Lockdown.By.Value,
            ["since"] = JsonSerializer.SerializeToNode(met.Lockdown.Since.UtcDateTime),
            ["stopsRunning"] = met.Lockdown.StopsRunning,
            ["running"] = met.Running,
            ["stopped"] = met.Stopped,
            ["waiting"] = met.Waiting,
        };
    }

    private static async Task<bool> UnlockAsync(ParseResult parsed, Answer answer, CancellationToken cancellationToken)
    {
        using var running = await MeshClient.FindAsync(parsed, cancellationToken);
        if (running is not null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, Path);
            return (await running.JsonAsync(request, cancellationToken)).GetProperty("lifted").GetBoolean();
        }

        await using var mesh = await QuietMesh.OpenAsync(parsed, answer, cancellationToken);
        return await mesh.Controller.Lockdown.UnlockAsync() is not null;
    }

    private static void Say(Answer answer, JsonObject said) => answer.Write(() => said, output =>
    {
        var (running, stopped, waiting) = ((int)said["running"]!, (int)said["stopped"]!, (int)said["waiting"]!);
        output.WriteLine($"The mesh is locked down: {Answer.Plain((string)said["reason"]!)}");
        output.WriteLine("No job is taken and none is started until 'crank policy unlock'.");
        if (running > 0)
        {
            output.WriteLine(stopped > 0 ? $"{Jobs(stopped)} told to stop." : $"{Jobs(running)} still running; --stop-running stops them.");
        }

        if (waiting > 0)
        {
            output.WriteLine($"{Jobs(waiting)} waiting in the queue.");
        }
    });

    private static string Jobs(int count) => count == 1 ? "1 job is" : $"{count} jobs are";
}
