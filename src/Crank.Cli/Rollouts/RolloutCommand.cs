using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;
using Crank.Core;

namespace Crank.Cli.Rollouts;

/// <summary><c>crank rollout set|list|promote|back|stop</c>: new versions of capabilities that take a share of the jobs of a running mesh while they keep their limits.</summary>
internal static class RolloutCommand
{
    private const string Examples = """
          crank rollout set doc.convert --stable 1.2.0 --candidate 1.3.0 --step 5 --step 25 --step 100 --step-for 10m
          crank rollout list
          crank rollout back doc.convert

        Jobs that name no version fall into a share by their idempotency key, else by their id. When the new version breaks a limit it loses its share at once; who names a version gets it.
        """;

    public static Command Create() => new ExampleCommand("rollout", "Gives new versions of capabilities a share of the jobs, and takes it back when they break limits.", Examples)
    {
        Set(), List(), Decide("promote", "Takes the next step of a rollout now; after the last one the new version has all jobs.", "promote"),
        Decide("back", "Rolls the new version back now.", "roll-back"), Stop(),
    };

    private static Command Set()
    {
        var capability = Name();
        var stable = new Option<string>("--stable") { Description = "The version that has the rest of the jobs.", HelpName = "VERSION", Required = true };
        var candidate = new Option<string>("--candidate") { Description = "The new version; it need not be there yet.", HelpName = "VERSION", Required = true };
        var steps = new Option<int[]>("--step") { Description = "A percentage of the jobs that it has; given more than once, one after the other. 10 when left out.", HelpName = "PERCENT" };
        var hold = new Option<string>("--step-for") { Description = "How long each step is held at least; held until somebody decides when left out.", HelpName = "DURATION" };
        var errors = new Option<double?>("--max-error-rate") { Description = "Share of its jobs that may fail, 0 to 1.", HelpName = "SHARE" };
        var p95 = new Option<string>("--max-p95") { Description = "The longest that 95 of 100 of its runs may take.", HelpName = "DURATION" };
        var ratio = new Option<double?>("--max-p95-ratio") { Description = "The same as a multiple of what the stable version takes.", HelpName = "TIMES" };
        var jobs = new Option<int?>("--min-jobs") { Description = "How many of its jobs must have ended before it is judged.", HelpName = "N" };
        var window = new Option<string>("--window") { Description = "Jobs that ended longer ago do not count.", HelpName = "DURATION" };
        var command = new Command("set", "Begins a rollout, in the place of the one that the capability has.") { capability, stable, candidate, steps, hold, errors, p95, ratio, jobs, window };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var body = new JsonObject { ["stable"] = parsed.GetRequiredValue(stable), ["candidate"] = parsed.GetRequiredValue(candidate) };
            if (parsed.GetValue(steps) is { Length: > 0 } wanted)
            {
                body["steps"] = new JsonArray([.. wanted.Select(s => (JsonNode)s)]);
            }

            if (parsed.GetValue(hold) is { } time)
            {
                body["stepFor"] = time;
            }

            if (Limits(parsed, errors, p95, ratio, jobs, window) is { } limits)
            {
                body["limits"] = limits;
            }

            Show(answer, [await SendAsync(parsed, HttpMethod.Put, PathOf(parsed, capability), body, cancellationToken)]);
            return ExitCode.Done;
        }));
        return command;
    }

    private static JsonObject? Limits(ParseResult parsed, Option<double?> errors, Option<string> p95, Option<double?> ratio, Option<int?> jobs, Option<string> window)
    {
        var limits = new JsonObject();
        Put("maxErrorRate", parsed.GetValue(errors));
        Put("maxP95", parsed.GetValue(p95));
        Put("maxP95Ratio", parsed.GetValue(ratio));
        Put("minJobs", parsed.GetValue(jobs));
        Put("window", parsed.GetValue(window));
        return limits.Count == 0 ? null : limits;

        void Put(string name, JsonNode? value)
        {
            if (value is not null)
            {
                limits[name] = value;
            }
        }
    }

    private static Command List()
    {
        var command = new Command("list", "Lists rollouts, with what the jobs of both versions came to lately.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            Show(answer, await mesh.ListAsync("/v1/rollouts", cancellationToken).ToListAsync(cancellationToken));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Decide(string verb, string description, string word)
    {
        var capability = Name();
        var command = new Command(verb, description) { capability };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            Show(answer, [await SendAsync(parsed, HttpMethod.Post, PathOf(parsed, capability) + "/decide", new JsonObject { ["answer"] = word }, cancellationToken)]);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Stop()
    {
        var capability = Name();
        var command = new Command("stop", "Removes a rollout: the newest version that somebody offers has all jobs again.") { capability };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            await SendAsync(parsed, HttpMethod.Delete, PathOf(parsed, capability), null, cancellationToken);
            answer.Write(() => new JsonObject { ["removed"] = parsed.GetRequiredValue(capability) }, output => output.WriteLine("It is removed: the newest version that somebody offers has all jobs."));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Argument<string> Name() => new("CAPABILITY") { Description = "The capability's name, without a version." };

    private static string PathOf(ParseResult parsed, Argument<string> capability) => $"/v1/rollouts/{GlobalOptions.Read(() => CapabilityName.Parse(parsed.GetRequiredValue(capability)))}";

    private static async Task<JsonElement> SendAsync(ParseResult parsed, HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        return await mesh.JsonAsync(request, cancellationToken);
    }

    private static void Show(Answer answer, IReadOnlyList<JsonElement> rollouts) => answer.Write(
        () => new JsonArray([.. rollouts.Select(r => JsonNode.Parse(r.GetRawText()))]),
        output =>
        {
            Table.Write(output, ["CAPABILITY", "STABLE", "CANDIDATE", "STATE", "WEIGHT", "JOBS", "FAILED", "P95"], [.. rollouts.Select(Row)]);
            foreach (var rollout in rollouts)
            {
                var last = rollout.GetProperty("history").EnumerateArray().Last();
                output.WriteLine($"{rollout.GetProperty("capability").GetString()}: {last.GetProperty("event").GetString()} {last.GetProperty("at").GetDateTimeOffset().UtcDateTime:yyyy-MM-dd HH:mm:ss}: {Answer.Plain(last.GetProperty("why").GetString()!)}");
            }
        });

    private static IReadOnlyList<string> Row(JsonElement rollout)
    {
        var figures = rollout.GetProperty("figures").GetProperty("candidate");
        return
        [
            rollout.GetProperty("capability").GetString()!, rollout.GetProperty("stable").GetString()!, rollout.GetProperty("candidate").GetString()!, rollout.GetProperty("state").GetString()!,
            $"{rollout.GetProperty("weight")} %", $"{figures.GetProperty("jobs")}", $"{figures.GetProperty("errors")}",
            figures.TryGetProperty("p95Seconds", out var p95) ? string.Create(CultureInfo.InvariantCulture, $"{p95.GetDouble() * 1_000:0.#} ms") : "",
        ];
    }
}
