using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Gateway.Identity;

namespace Crank.Cli.Keys;

/// <summary><c>crank keys create|api|revoke|replace</c>: API keys of a running mesh.</summary>
internal static class ApiKeyCommands
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "What people call the key, e.g. nightly-build." };
        var principal = new Option<string>("--principal") { Description = "Who acts with it; whoever makes it when left out.", HelpName = "ID" };
        var scopes = new Option<string[]>("--scope") { Description = $"What it may do, of {string.Join(", ", Scopes.All.Order(StringComparer.Ordinal))}; may be given more than once; all that its maker may when left out.", HelpName = "SCOPE" };
        var days = new Option<int?>("--days") { Description = "How many days it is good.", HelpName = "N" };
        var perDay = new Option<string>("--budget-per-day") { Description = "The most that it may spend in one day (UTC), e.g. '0.50 EUR'.", HelpName = "MONEY" };
        var total = new Option<string>("--budget") { Description = "The most that it may spend in all, e.g. '20 EUR'.", HelpName = "MONEY" };
        var command = new Command("create", "Makes an API key and shows it, once.") { name, principal, scopes, days, perDay, total };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            var body = new JsonObject { ["name"] = parsed.GetRequiredValue(name) };
            if (parsed.GetValue(principal) is { } who)
            {
                body["principal"] = who;
            }

            if (parsed.GetValue(scopes) is { Length: > 0 } wanted)
            {
                body["scopes"] = new JsonArray([.. wanted.Select(s => (JsonNode)s)]);
            }

            if (parsed.GetValue(days) is { } count)
            {
                body["expiresInDays"] = count;
            }

            if (parsed.GetValue(perDay) is not null || parsed.GetValue(total) is not null)
            {
                var budget = new JsonObject();
                foreach (var (member, option) in new[] { ("perDay", perDay), ("total", total) })
                {
                    if (parsed.GetValue(option) is { } amount)
                    {
                        budget[member] = GlobalOptions.Read(() => Money.Parse(amount)).ToString();
                    }
                }

                body["budget"] = budget;
            }

            Issued(answer, await PostAsync(parsed, "/v1/keys", body, cancellationToken));
            return ExitCode.Done;
        }));
        return command;
    }

    public static Command List()
    {
        var command = new Command("api", "Lists API keys; their secrets are never shown again.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            var keys = await mesh.ListAsync("/v1/keys", cancellationToken).ToListAsync(cancellationToken);
            answer.Write(
                () => new JsonArray([.. keys.Select(k => JsonNode.Parse(k.GetRawText()))]),
                output => Table.Write(output, ["ID", "NAME", "PRINCIPAL", "STATE", "EXPIRES", "SPENT"], [.. keys.Select(k => (IReadOnlyList<string>)[Text(k, "id"), Text(k, "name"), Text(k, "principal"), Text(k, "state"), Text(k, "expiresAt"), Spent(k)])]));
            return ExitCode.Done;
        }));
        return command;
    }

    public static Command Revoke()
    {
        var id = Id();
        var command = new Command("revoke", "Ends an API key at once.") { id };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
            using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1/keys/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}");
            await mesh.JsonAsync(request, cancellationToken);
            answer.Write(() => new JsonObject { ["revoked"] = parsed.GetRequiredValue(id) }, output => output.WriteLine("It is revoked: no request is authenticated by it any more."));
            return ExitCode.Done;
        }));
        return command;
    }

    public static Command Replace()
    {
        var id = Id();
        var command = new Command("replace", "Makes a new API key in the place of one, which stays good for a while.") { id };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            Issued(answer, await PostAsync(parsed, $"/v1/keys/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/rotate", [], cancellationToken));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The key's id: the part between its first two underscores; see 'crank keys api'." };

    private static async Task<JsonElement> PostAsync(ParseResult parsed, string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var mesh = await MeshClient.RunningAsync(parsed, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        return await mesh.JsonAsync(request, cancellationToken);
    }

    private static void Issued(Answer answer, JsonElement key)
    {
        answer.Write(() => JsonNode.Parse(key.GetRawText())!, output => output.WriteLine(Text(key, "key")));
        if (!answer.Json)
        {
            answer.People.WriteLine($"Shown once. Good until {Text(key, "expiresAt")}; a program sends it as 'Authorization: Bearer KEY', this command line takes it from CRANK_KEY.");
        }
    }

    /// <summary>What was spent of which budget; nothing for a key that may spend all.</summary>
    private static string Spent(JsonElement key) => !key.TryGetProperty("budget", out var budget) ? ""
        : string.Join(", ", new[]
        {
            budget.TryGetProperty("perDay", out var perDay) ? $"{Text(budget, "spentToday")} of {perDay} today" : null,
            budget.TryGetProperty("total", out var total) ? $"{Text(budget, "spent")} of {total}" : null,
        }.OfType<string>());

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";
}
