using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Config;
using Crank.Cli.Data;
using Crank.Cli.Embedded;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;
using Crank.Mesh.Authorize;
using Crank.Mesh.Authorize.Loading;

namespace Crank.Cli.Policy.Govern;

/// <summary><c>crank policy status</c>: what governs a mesh that runs, or would govern one on the data folder.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Shows what governs the mesh: the set in force, its shadow, the lockdown, the exceptions.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var status = await ReadAsync(parsed, answer, cancellationToken);
            answer.Write(() => status, output => Write(output, status));
            return ExitCode.Done;
        }));
        return command;
    }

    private static async Task<JsonObject> ReadAsync(ParseResult parsed, Answer answer, CancellationToken cancellationToken)
    {
        using var running = await MeshClient.FindAsync(parsed, cancellationToken);
        if (running is not null)
        {
            return JsonObject.Create(await running.GetAsync("/v1/policy", cancellationToken))!;
        }

        var configured = Configuration.Of(ConfigurationOptions.Resolve(parsed)).Policy;
        var status = new JsonObject();
        if (!DataFolder.Exists(DataFolder.Locate(GlobalOptions.Data(parsed))))
        {
            Load(status, configured);
            status["lockdown"] = new JsonObject { ["lockedDown"] = false };
            status["exceptions"] = new JsonArray();
            return status;
        }

        await using var mesh = await QuietMesh.OpenAsync(parsed, answer, cancellationToken);
        Load(status, configured);
        status["lockdown"] = mesh.Controller.Lockdown.Current is { } lockdown
            ? new JsonObject
            {
                ["lockedDown"] = true,
                ["reason"] = lockdown.Reason,
                ["by"] = lockdown.By.Value,
                ["since"] = JsonSerializer.SerializeToNode(lockdown.Since.UtcDateTime),
                ["stopsRunning"] = lockdown.StopsRunning,
            }
            : new JsonObject { ["lockedDown"] = false };
        status["exceptions"] = new JsonArray([.. mesh.Controller.Exemptions.Live.Select(ExceptCommand.Json)]);
        return status;
    }

    private static void Load(JsonObject status, PolicySettings settings)
    {
        try
        {
            var set = PolicyLoader.Load(settings, DefaultPolicies.Load(TimeProvider.System), TimeProvider.System);
            status["configured"] = new JsonObject { ["revision"] = set.Revision, ["digest"] = set.Digest.ToString(), ["origin"] = set.Origin };
        }
        catch (PolicyLoadException e)
        {
            status["lastError"] = new JsonObject { ["origin"] = settings.Origin, ["message"] = e.Message };
        }
    }

    private static void Write(TextWriter output, JsonObject status)
    {
        if (status["inForce"] is { } set)
        {
            Line("in force", $"{set["revision"]} from {set["origin"]}, since {set["since"]}");
            Line("digest", $"{set["digest"]}");
        }

        if (status["configured"] is { } configured)
        {
            Line("configured", $"{configured["revision"]} from {configured["origin"]}; no mesh runs here");
            Line("digest", $"{configured["digest"]}");
        }

        if (status["lastError"] is { } error)
        {
            Line("not taken", $"{error["message"]}");
        }

        if (status["shadow"] is { } shadow)
        {
            Line("shadow", $"{shadow["revision"]} from {shadow["origin"]}, since {shadow["since"]}");
            Line("", $"{shadow["asked"]} asked: {string.Join(", ", shadow["answers"]!.AsObject().Select(a => $"{a.Value} {a.Key}"))}; {shadow["unasked"]} not asked");
            foreach (var difference in shadow["differences"]!.AsArray().Take(10))
            {
                Line("", $"{difference!["kind"]}: {difference["topic"]} {difference["decision"]}, {difference["rule"]} here, {difference["shadowRule"]} there: {difference["shadowWhy"]}");
            }
        }
        else
        {
            Line("shadow", "none");
        }

        var lockdown = status["lockdown"]!;
        Line("lockdown", (bool)lockdown["lockedDown"]! ? $"{lockdown["reason"]} (by {lockdown["by"]}, since {lockdown["since"]})" : "no");
        var exceptions = status["exceptions"]!.AsArray();
        Line("exceptions", exceptions.Count == 0 ? "none" : $"{exceptions.Count}, see 'crank policy except list'");

        void Line(string name, string text) => output.WriteLine($"{name,-11} {Answer.Plain(text)}".TrimEnd());
    }
}
