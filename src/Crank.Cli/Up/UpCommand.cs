using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Crank.Cli.Config;
using Crank.Cli.Data;
using Crank.Cli.Embedded;
using Crank.Cli.Invoke;
using Crank.Cli.Terminal;
using Crank.Gateway;
using Crank.Gateway.Hosting;
using Crank.Gateway.Identity;
using Crank.Gateway.Observability.Objectives;
using Crank.Mesh.Authorize.Elsewhere;
using Crank.Mesh.Authorize.Loading;
using Microsoft.Extensions.Logging;

namespace Crank.Cli.Up;

/// <summary><c>crank up</c>: a mesh on this machine that serves browsers, programs, agents and other machines until it is stopped.</summary>
internal static class UpCommand
{
    /// <summary>How long running requests and jobs may take to end when a stop is asked for; what has not ended then is handed back.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_housekeeping = TimeSpan.FromMinutes(1);

    private const string Examples = """
          crank up
          crank up --listen http://127.0.0.1:9000 --data ./mesh
          crank up --set mesh.zone=de

        Ctrl-C or SIGTERM stops it: running jobs end or are handed back, nothing is lost. A second one does not wait for them.
        """;

    public static Command Create()
    {
        var listen = new Option<string[]>("--listen") { Description = "An address to listen on; may be given more than once.", HelpName = "URL" };
        var command = new ExampleCommand("up", "Starts a mesh on this machine and serves it over HTTP.", Examples) { listen };
        command.SetAction(GlobalOptions.Guarded((parsed, answer, _) => RunAsync(parsed, parsed.GetValue(listen) ?? [], answer)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string[] listen, Answer answer)
    {
        var clock = Stopwatch.StartNew();
        var path = DataFolder.Locate(GlobalOptions.Data(parsed));
        var (resolved, configuration, options) = Read(parsed, listen, path);
        GatewayHost? serving = null;
        EmbeddedMesh? governed = null;
        var named = configuration.Policy.Origin;
        using var signals = new StopSignals(() => Reload(parsed, listen, path, resolved, serving, governed, ref named, answer));
        await using var mesh = await EmbeddedMesh.OpenAsync(
            path, configuration, GlobalOptions.Wait(parsed), answer, ["echo", .. BuiltInServices.Makers.Keys.Where(s => s != "echo").Order(StringComparer.Ordinal)], stays: true, signals.Stop);
        var socket = options.Listen.OwnerSocket!;
        OwnerSocket.Prepare(socket);
        try
        {
            await using var host = await StartAsync(options, mesh, () => named, signals.Stop);
            (serving, governed) = (host, mesh);
            mesh.Policies.Reloaded = reload => Say(reload, answer);
            mesh.Policies.Start();
            mesh.OtherOpa?.Disagreed = new Disagreements(answer).Say;
            mesh.Prewarm();
            await HandOverAsync(answer, host, path);
            Say(answer, mesh, host, path, clock.Elapsed);
            await ServeAsync(mesh, signals.Stop);
            (serving, governed) = (null, null);
            answer.Note($"stopping: no new work is taken; what runs has {s_drain.TotalSeconds:0} s to end. Ctrl-C again does not wait.");
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(signals.Hurry);
            limit.CancelAfter(s_drain);

            // Together: a request ends with its job, and a job that takes too long is stopped while its request waits.
            var draining = mesh.Controller.DrainAsync(s_drain, limit.Token);
            await Task.WhenAll(host.StopAsync(limit.Token), draining);
            var drained = await draining;
            if (drained.Stopped + drained.Waiting > 0)
            {
                answer.Note($"{drained.Stopped} jobs were stopped; {drained.Waiting} wait in the data folder for the next start.");
            }
        }
        finally
        {
            File.Delete(socket);
        }

        answer.Note("stopped.");
        return ExitCode.Done;
    }

    private static (ResolvedConfiguration Resolved, Configuration Mesh, GatewayOptions Gateway) Read(ParseResult parsed, string[] listen, string path)
    {
        var resolved = ConfigurationOptions.Resolve(parsed);
        var options = GatewayBinding.Read(resolved.Values);
        var addresses = listen.Length == 0
            ? options.Listen.Addresses
            : [.. listen.Select(text => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? address
                : throw new CliException(ExitCode.Usage, $"'{text}' is not an address to listen on.", "Write it as http://127.0.0.1:8420; port 0 takes a free one."))];
        return (resolved, Configuration.Of(resolved), options with { Listen = options.Listen with { Addresses = addresses, OwnerSocket = options.Listen.OwnerSocket ?? OwnerSocket.Of(path) } });
    }

    private static async Task<GatewayHost> StartAsync(GatewayOptions options, EmbeddedMesh mesh, Func<string> configured, CancellationToken cancellationToken)
    {
        try
        {
            return await GatewayHost.StartAsync(options, new(mesh.Controller, mesh.Store, mesh.Blobs, mesh.Folder.Root, TimeProvider.System) { Keys = () => mesh.Keys, Registry = mesh.Registry, Policies = mesh.Policies.Book, PolicyFiles = mesh.Policies, OtherOpa = mesh.OtherOpa, Shadow = mesh.Shadow, ConfiguredPolicies = configured }, Log, cancellationToken);
        }
        catch (Exception e) when (e is ListenRefusedException or ObjectivesException or FormatException)
        {
            throw new CliException(ExitCode.Usage, e.Message, "Correct the configuration; 'crank config show' says where each value came from.");
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new CliException(ExitCode.NotFoundOrConflict, e.Message.TrimEnd('.') + ".", "Stop what listens there, or choose another with --listen, e.g. --listen http://127.0.0.1:0 for any free port.");
        }
    }

    /// <summary>Hands the owner's first key over: to a person at a terminal, else into a file.</summary>
    private static async Task HandOverAsync(Answer answer, GatewayHost host, string path)
    {
        using var said = new StringWriter();
        await FirstKey.EnsureAsync(host.Keys, path, isTerminal: !answer.Json && !Console.IsErrorRedirected, said);
        foreach (var line in said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            answer.Note(line);
        }
    }

    private static void Log(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "yyyy-MM-ddTHH:mm:ssZ ", true));

    /// <summary>Keeps house until a stop is asked for.</summary>
    private static async Task ServeAsync(EmbeddedMesh mesh, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(s_housekeeping);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await mesh.Controller.HousekeepAsync(stop);
                mesh.RenewOffers();
            }
        }
        catch (OperationCanceledException)
        {
            // A stop was asked for.
        }
    }

    private static void Reload(ParseResult parsed, string[] listen, string path, ResolvedConfiguration first, GatewayHost? serving, EmbeddedMesh? governed, ref string named, Answer answer)
    {
        try
        {
            var (resolved, mesh, options) = Read(parsed, listen, path);
            serving?.Reload(options);
            var waiting = first.NeedingRestart(resolved);
            answer.Note($"the configuration was read again{(waiting.Count == 0 ? "." : $"; a restart is needed for {string.Join(", ", waiting)}.")}");
            named = mesh.Policy.Origin;
            if (governed?.Policies.Reload(governed.Shadow.Effective(mesh.Policy)) is { } reload)
            {
                Say(reload, answer);
            }
        }
        catch (Exception e) when (e is CliException or Storage.StoreException or FormatException)
        {
            answer.Note($"the configuration was not taken over, the old one stays in force: {e.Message}");
        }
    }

    private static void Say(PolicyReload reload, Answer answer) => answer.Note(
        reload.Failure is { } failure ? $"the policies were not taken over, {reload.InForce.Revision} stays in force: {failure.Message}"
        : reload.Changed ? $"policy {reload.InForce.Revision} is in force now, from {reload.InForce.Origin}."
        : $"the policies are as they were: {reload.InForce.Revision}.");

    private static void Say(Answer answer, EmbeddedMesh mesh, GatewayHost host, string path, TimeSpan took)
    {
        var addresses = host.Addresses.Where(a => !a.Contains("unix:", StringComparison.Ordinal)).ToList();
        var capabilities = mesh.Controller.Catalogue.All.Length;
        if (answer.Json)
        {
            answer.People.WriteLine(new JsonObject
            {
                ["event"] = "up",
                ["mesh"] = mesh.Name,
                ["addresses"] = new JsonArray([.. addresses.Select(a => (JsonNode)a)]),
                ["data"] = path,
                ["capabilities"] = capabilities,
                ["policy"] = mesh.Policies.Book.Current.Revision,
                ["milliseconds"] = (long)took.TotalMilliseconds,
            }.ToJsonString());
            return;
        }

        Line("mesh", mesh.Name);
        Line("address", string.Join("  ", addresses));
        Line("explorer", $"{addresses.FirstOrDefault()}/docs");
        Line("data", path);
        Line("serves", $"{capabilities} capabilities, see 'crank capabilities'");
        Line("policy", $"{mesh.Policies.Book.Current.Revision} from {mesh.Policies.Book.Current.Origin}");
        if (mesh.OtherOpa?.Settings is { } other)
        {
            Line("opa", other.Mode == OpaMode.Enforce ? $"jobs are decided by {other.Url}" : $"decisions are compared with those of {other.Url}");
        }

        Line("keys", "'crank keys create NAME' makes one for a program or an agent; this user needs none");
        answer.People.WriteLine($"up after {Summary.Human(took)}. Ctrl-C stops it.");

        void Line(string name, string text) => answer.People.WriteLine($"{name,-9} {Answer.Plain(text)}");
    }
}
