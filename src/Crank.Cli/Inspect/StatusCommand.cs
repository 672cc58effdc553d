using System.CommandLine;
using System.Reflection;
using System.Text.Json.Nodes;
using Crank.Cli.Config;
using Crank.Cli.Data;
using Crank.Cli.Embedded;
using Crank.Cli.Invoke;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;
using Crank.Mesh.Govern;

namespace Crank.Cli.Inspect;

/// <summary><c>crank status</c>: version, data folder, accounts, log and isolation of the mesh on this machine.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Says what this mesh is, where its data is, and what isolation this machine gives.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var path = DataFolder.Locate(GlobalOptions.Data(parsed));
            var configuration = Configuration.Of(ConfigurationOptions.Resolve(parsed));
            var rows = new List<(string Name, string Json, string Value)>
            {
                ("version", "version", Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion),
                ("data", "data", path),
            };
            using var mesh = await MeshClient.FindAsync(parsed, cancellationToken);
            if (mesh is not null)
            {
                rows.AddRange(await RunningAsync(mesh, cancellationToken));
            }
            else if (DataFolder.Exists(path))
            {
                await using var folder = await OpenFolder.ForReadingAsync(parsed, answer, cancellationToken);
                var stored = folder.Store.Load();
                rows.Add(("mesh", "mesh", folder.Keys.Current.Public.Name));
                rows.Add(("key", "publicKey", folder.Keys.Current.Public.ToString()));
                rows.Add(("log leaves", "logSize", $"{stored.LogSize}"));
                rows.Add(("lockdown", "lockdown", Lockdown.Find(folder.Store) is { } lockdown ? $"{lockdown.Reason} (by {lockdown.By}, since {lockdown.Since:u})" : "no"));
                rows.Add(("open jobs", "openJobs", $"{stored.OpenJobs.Count}"));
                rows.AddRange(stored.Accounts.Select(a => ($"account {a.Id}", $"account:{a.Id}", $"{new Core.Money(a.BalanceMicros, a.Currency)}")));
            }
            else
            {
                rows.Add(("mesh", "mesh", "not made yet: the first job makes it"));
            }

            if (mesh is null)
            {
                rows.Add(("running", "running", "no: 'crank up' starts a mesh that others can reach"));
            }

            rows.Add(("isolation", "isolation", $"at least {Summary.Name(configuration.MinIsolation)} demanded"));
            rows.Add(("zone", "zone", configuration.Zone.ToString()));
            answer.Write(
                () => new JsonObject(rows.Select(r => KeyValuePair.Create(r.Json, (JsonNode?)r.Value))),
                output =>
                {
                    foreach (var (name, _, value) in rows)
                    {
                        output.WriteLine($"{name,-24} {Answer.Plain(value)}");
                    }
                });
            return ExitCode.Done;
        }));
        return command;
    }

    private static async Task<IEnumerable<(string Name, string Json, string Value)>> RunningAsync(MeshClient mesh, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/log/checkpoint");
        using var checkpoint = await mesh.SendAsync(request, cancellationToken);
        var lines = (await checkpoint.Content.ReadAsStringAsync(cancellationToken)).Split('\n');
        var accounts = await mesh.ListAsync("/v1/ledger/accounts", cancellationToken).ToListAsync(cancellationToken);
        var services = await mesh.ListAsync("/v1/services", cancellationToken).ToListAsync(cancellationToken);
        var lockdown = await mesh.GetAsync("/v1/policy/lockdown", cancellationToken);
        return
        [
            ("running", "running", $"yes, asked at {mesh.Name}"), ("mesh", "mesh", lines[0]), ("log leaves", "logSize", lines.ElementAtOrDefault(1) ?? ""),
            ("lockdown", "lockdown", lockdown.GetProperty("lockedDown").GetBoolean() ? $"{lockdown.GetProperty("reason")} (by {lockdown.GetProperty("by")}, since {lockdown.GetProperty("since")})" : "no"),
            ("services", "services", ServicesCommand.Summary(services)),
            .. accounts.Select(a => ($"account {a.GetProperty("account")}", $"account:{a.GetProperty("account")}", a.GetProperty("balance").GetString()!)),
        ];
    }
}
