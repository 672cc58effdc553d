using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Receipts;
using Crank.Cli.Remote;
using Crank.Core;

namespace Crank.Cli.Inspect;

/// <summary><c>crank jobs wait|result|cancel JOB</c>: what can be done with a job that a running mesh has accepted.</summary>
internal static class JobActions
{
    public static Command Wait()
    {
        var job = Job();
        var command = new Command("wait", "Waits for the end of a job, then says how it ended.") { job };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            var id = Id(parsed, job);
            using (var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{id}/events"))
            using (var events = await mesh.SendAsync(request, cancellationToken))
            {
                // The stream ends with the job.
                await events.Content.CopyToAsync(Stream.Null, cancellationToken);
            }

            var ended = JobLine.Of(await mesh.GetAsync($"/v1/jobs/{id}", cancellationToken));
            answer.Write(() => ended.ToJson(), output => output.WriteLine($"{ended.Job}  {ended.State}{(ended.Error is { } error ? $" ({error})" : "")}"));
            return ended.State switch
            {
                "done" => ExitCode.Done,
                "cancelled" => ExitCode.Interrupted,
                "expired" => ExitCode.Deadline,
                _ => ExitCode.NotDone,
            };
        }));
        return command;
    }

    public static Command Result()
    {
        var job = Job();
        var target = new Option<string>("--out") { Description = "Where the result goes; standard output when left out.", HelpName = "FILE" };
        var command = new Command("result", "Fetches the result of a job that is done.") { job, target };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            var done = await mesh.GetAsync($"/v1/jobs/{Id(parsed, job)}/result", cancellationToken);
            var capability = CapabilityReader.Read(await mesh.GetAsync($"/v1/capabilities/{Uri.EscapeDataString(done.GetProperty("capability").GetString()!)}", cancellationToken));
            var (receipt, _) = await mesh.ReceiptAsync(done.GetProperty("job").GetString()!, cancellationToken);
            await RemoteResult.WriteAsync(mesh, capability.BlobOutput, done, parsed.GetValue(target), answer, ReceiptJson.Of(receipt), null, cancellationToken);
            return ExitCode.Done;
        }));
        return command;
    }

    public static Command Cancel()
    {
        var job = Job();
        var command = new Command("cancel", "Takes a job back: it ends as cancelled and costs nothing.") { job };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            var id = Id(parsed, job);
            using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1/jobs/{id}");
            await mesh.JsonAsync(request, cancellationToken);
            answer.Write(() => new JsonObject { ["job"] = id.ToString(), ["cancel"] = "asked" }, output => output.WriteLine($"{id} is asked to end."));
            return ExitCode.Done;
        }));
        return command;
    }

    public static Argument<string> Job() => new("JOB") { Description = "The job's id." };

    public static JobId Id(ParseResult parsed, Argument<string> job) => GlobalOptions.Read(() => JobId.Parse(parsed.GetRequiredValue(job)));
}
