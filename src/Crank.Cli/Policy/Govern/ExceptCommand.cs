using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Data;
using Crank.Cli.Embedded;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh.Govern;

namespace Crank.Cli.Policy.Govern;

/// <summary><c>crank policy except add|list|remove</c>: exceptions from rules, each with an end.</summary>
internal static class ExceptCommand
{
    private const string Path = "/v1/policy/exceptions";

    private const string Examples = """
          crank policy except add --rule night --tenant acme --principal builder --capability "doc.*" --until 7d --reason "The night build moves next week."
          crank policy except list
          crank policy except remove 01JD0000000000000000000000

        A refusal whose rules all have a live exception becomes an allow that names them. Nothing stands against a lockdown, or for who is disabled.
        """;

    private static readonly string[] s_times = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mmK"];

    public static Command Create() => new ExampleCommand("except", "Exceptions from rules of the policy, each with an end: add, list, remove.", Examples) { Add(), List(), Remove() };

    private static Command Add()
    {
        var rule = new Option<string>("--rule") { Description = "The rule as refusals name it.", HelpName = "RULE", Required = true };
        var tenant = new Option<string>("--tenant") { Description = "Whose jobs; the owner's when left out.", HelpName = "ID" };
        var principal = new Option<string>("--principal") { Description = "Of whom; everybody in the tenant when left out.", HelpName = "ID" };
        var capability = new Option<string>("--capability") { Description = "Which capabilities: one, or a pattern such as doc.*, doc.convert@1 or *.", HelpName = "GLOB", Required = true };
        var until = new Option<string>("--until") { Description = "Its end: a moment such as 2026-01-31T12:00:00Z, a day, or a time from now such as 7d; at most 90 days.", HelpName = "TIME", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why, for whoever looks later.", HelpName = "TEXT", Required = true };
        var command = new Command("add", "Makes an exception.") { rule, tenant, principal, capability, until, reason };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            if (parsed.GetValue(tenant) is null && parsed.GetValue(principal) is null)
            {
                throw new CliException(ExitCode.Usage, "It is not said for whom.", "Name a --tenant, a --principal, or both.");
            }

            var wanted = GlobalOptions.Read(() => new Exemption(
                parsed.GetRequiredValue(rule), parsed.GetValue(tenant) is { } t ? TenantId.Parse(t) : TenantId.Owner, parsed.GetValue(principal) is { } p ? PrincipalId.Parse(p) : null,
                CapabilityPattern.Parse(parsed.GetRequiredValue(capability)), Until(parsed.GetRequiredValue(until)), parsed.GetRequiredValue(reason), PrincipalId.Owner, default));
            var made = await AddAsync(parsed, wanted, answer, cancellationToken);
            answer.Write(() => made, output => output.WriteLine($"Exception {made["id"]} is in effect until {made["until"]}."));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command List()
    {
        var all = new Option<bool>("--all") { Description = "Those that are over too." };
        var command = new Command("list", "Lists the exceptions that are not over.") { all };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var items = await ListAsync(parsed, parsed.GetValue(all), answer, cancellationToken);
            answer.Write(
                () => new JsonArray([.. items]),
                output => Table.Write(
                    output, ["ID", "RULE", "TENANT", "PRINCIPAL", "CAPABILITY", "UNTIL", "REASON"],
                    [.. items.Select(e => (IReadOnlyList<string>)[$"{e["id"]}", $"{e["rule"]}", $"{e["tenant"]}", $"{e["principal"] ?? "everybody"}", $"{e["capability"]}", (bool)e["live"]! ? $"{e["until"]}" : $"{e["until"]}, over", $"{e["reason"]}"])]));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Remove()
    {
        var id = new Argument<string>("ID") { Description = "The exception; see 'crank policy except list'." };
        var command = new Command("remove", "Ends an exception at once.") { id };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var exemption = GlobalOptions.Read(() => SortableId.Parse(parsed.GetRequiredValue(id)));
            await RemoveAsync(parsed, exemption, answer, cancellationToken);
            answer.Write(() => new JsonObject { ["removed"] = exemption.ToString() }, output => output.WriteLine("It has no effect any more."));
            return ExitCode.Done;
        }));
        return command;
    }

    private static async Task<JsonObject> AddAsync(ParseResult parsed, Exemption wanted, Answer answer, CancellationToken cancellationToken)
    {
        using var running = await MeshClient.FindAsync(parsed, cancellationToken);
        if (running is not null)
        {
            var body = new JsonObject
            {
                ["rule"] = wanted.Rule,
                ["tenant"] = wanted.Tenant.Value,
                ["capability"] = wanted.Capability.ToString(),
                ["until"] = wanted.Until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                ["reason"] = wanted.Reason,
            };
            if (wanted.Principal is { } principal)
            {
                body["principal"] = principal.Value;
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
            return JsonObject.Create(await running.JsonAsync(request, cancellationToken))!;
        }

        await using var mesh = await QuietMesh.OpenAsync(parsed, answer, cancellationToken);
        return mesh.Controller.Exemptions.Fault(wanted, TimeProvider.System.GetUtcNow()) is { } fault
            ? throw new CliException(ExitCode.BadInput, fault)
            : Json(await mesh.Controller.Exemptions.AddAsync(wanted));
    }

    private static async Task<IReadOnlyList<JsonObject>> ListAsync(ParseResult parsed, bool all, Answer answer, CancellationToken cancellationToken)
    {
        using var running = await MeshClient.FindAsync(parsed, cancellationToken);
        if (running is not null)
        {
            return [.. (await running.GetAsync(all ? $"{Path}?all=true" : Path, cancellationToken)).GetProperty("items").EnumerateArray().Select(e => JsonObject.Create(e)!)];
        }

        if (!DataFolder.Exists(DataFolder.Locate(GlobalOptions.Data(parsed))))
        {
            return [];
        }

        await using var mesh = await QuietMesh.OpenAsync(parsed, answer, cancellationToken);
        return [.. (all ? mesh.Controller.Exemptions.All : mesh.Controller.Exemptions.Live).Select(Json)];
    }

    private static async Task RemoveAsync(ParseResult parsed, SortableId id, Answer answer, CancellationToken cancellationToken)
    {
        using var running = await MeshClient.FindAsync(parsed, cancellationToken);
        if (running is not null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, $"{Path}/{id}");
            await running.JsonAsync(request, cancellationToken);
            return;
        }

        await using var mesh = await QuietMesh.OpenAsync(parsed, answer, cancellationToken);
        if (!await mesh.Controller.Exemptions.RemoveAsync(id))
        {
            throw new CliException(ExitCode.NotFoundOrConflict, "There is no such exception.", "'crank policy except list' lists them.");
        }
    }

    /// <summary>A moment, a day in UTC, or a time from now.</summary>
    private static DateTimeOffset Until(string text) =>
        DateTimeOffset.TryParseExact(text, s_times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment
        : Duration.TryParse(text, null, out var wait) ? TimeProvider.System.GetUtcNow() + wait.Time
        : throw new FormatException($"'{text}' is not an end: write 2026-01-31T12:00:00Z, 2026-01-31, or a time from now such as 7d.");

    /// <summary>An exception as a running mesh writes it.</summary>
    public static JsonObject Json(Exemption exemption)
    {
        var json = new JsonObject { ["id"] = exemption.Id.ToString(), ["rule"] = exemption.Rule, ["tenant"] = exemption.Tenant.Value };
        if (exemption.Principal is { } principal)
        {
            json["principal"] = principal.Value;
        }

        json["capability"] = exemption.Capability.ToString();
        json["until"] = JsonSerializer.SerializeToNode(exemption.Until.UtcDateTime);
        json["reason"] = exemption.Reason;
        json["by"] = exemption.By.Value;
        json["madeAt"] = JsonSerializer.SerializeToNode(exemption.MadeAt.UtcDateTime);
        json["live"] = TimeProvider.System.GetUtcNow() < exemption.Until;
        return json;
    }
}
