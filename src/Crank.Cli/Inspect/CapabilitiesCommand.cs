using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Embedded;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;
using Crank.Core;

namespace Crank.Cli.Inspect;

/// <summary><c>crank capabilities [NAME]</c>: what can be run here, and what one of them takes, gives and costs.</summary>
internal static class CapabilitiesCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "One capability, in full.", Arity = ArgumentArity.ZeroOrOne };
        name.CompletionSources.Add(_ => BuiltInServices.All.Select(c => new System.CommandLine.Completions.CompletionItem(c.Id.Name.Value)));
        var command = new Command("capabilities", "Lists what can be run, or shows one capability in full.") { name };
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var mesh = await MeshClient.FindAsync(parsed, cancellationToken);
            if (parsed.GetValue(name) is { } wanted)
            {
                Show(answer, mesh is null
                    ? BuiltInServices.Find(wanted).Capability
                    : CapabilityReader.Read(await mesh.GetAsync($"/v1/capabilities/{Uri.EscapeDataString(wanted)}", cancellationToken)));
            }
            else
            {
                List(answer, mesh is null ? [.. BuiltInServices.All] : await mesh.ListAsync("/v1/capabilities", cancellationToken).Select(CapabilityReader.Read).ToListAsync(cancellationToken));
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static void List(Answer answer, IReadOnlyList<Capability> capabilities) => answer.Write(
        () => new JsonArray([.. capabilities.Select(Json)]),
        output => Table.Write(
            output,
            ["CAPABILITY", "PRICE", "WHAT IT DOES"],
            [.. capabilities.Select(c => (IReadOnlyList<string>)[c.Id.ToString(), Price(c), c.Summary])]));

    private static void Show(Answer answer, Capability capability) => answer.Write(
        () => Json(capability),
        output =>
        {
            output.WriteLine($"{capability.Id}  {Answer.Plain(capability.Summary)}");
            output.WriteLine();
            output.WriteLine("input");
            Members(output, capability.Input, capability.BlobInput is null ? null : (capability.BlobInput, "a file, given with --in"));
            output.WriteLine("output");
            Members(output, capability.Output, capability.BlobOutput is null ? null : (capability.BlobOutput, "bytes, written to standard output or --out"));
            output.WriteLine("price");
            foreach (var line in capability.Price.Lines)
            {
                output.WriteLine($"  {line.Amount} per {line.Per}");
            }

            output.WriteLine("limits");
            output.WriteLine($"  input {capability.Limits.Input.Value:N0} bytes, output {capability.Limits.Output.Value:N0} bytes, memory {capability.Limits.Memory.Value:N0} bytes, deadline {capability.Limits.Deadline}");
            output.WriteLine("errors");
            foreach (var error in capability.Errors)
            {
                output.WriteLine($"  {error.Code}{(error.Retryable ? " (may be tried again)" : "")}: {Answer.Plain(error.Meaning)}");
            }
        });

    private static void Members(TextWriter output, JsonElement schema, (string Name, string What)? blob)
    {
        if (!schema.TryGetProperty("properties", out var properties))
        {
            output.WriteLine("  (any)");
            return;
        }

        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(n => n.GetString()).ToHashSet() : [];
        foreach (var property in properties.EnumerateObject())
        {
            var description = blob?.Name == property.Name
                ? blob.Value.What
                : property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("description", out var text) ? text.GetString()! : "";
            output.WriteLine($"  {property.Name}{(required.Contains(property.Name) ? "" : " (optional)")}: {Answer.Plain(description)}{Choices(schema, property.Value)}");
        }
    }

    /// <summary>The values that a member may have and its default, where the schema names them.</summary>
    private static string Choices(JsonElement root, JsonElement property)
    {
        var at = property;
        if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty("$ref", out var reference) && reference.GetString() is { } text
            && text.StartsWith("#/$defs/", StringComparison.Ordinal) && root.TryGetProperty("$defs", out var definitions)
            && definitions.TryGetProperty(text["#/$defs/".Length..], out var target))
        {
            at = target;
        }

        var values = at.ValueKind == JsonValueKind.Object && at.TryGetProperty("enum", out var allowed)
            ? $" One of {string.Join(", ", allowed.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()))}."
            : "";
        return property.ValueKind == JsonValueKind.Object && property.TryGetProperty("default", out var standard) && standard.ValueKind != JsonValueKind.Null
            ? $"{values} Default {standard}."
            : values;
    }

    private static string Price(Capability capability) =>
        capability.Price.Lines.IsEmpty ? "free" : string.Join(" + ", capability.Price.Lines.Select(l => $"{l.Amount}/{l.Per}"));

    private static JsonNode Json(Capability capability) => new JsonObject
    {
        ["capability"] = capability.Id.ToString(),
        ["summary"] = capability.Summary,
        ["input"] = JsonNode.Parse(capability.Input.GetRawText()),
        ["output"] = JsonNode.Parse(capability.Output.GetRawText()),
        ["blobInput"] = capability.BlobInput,
        ["blobOutput"] = capability.BlobOutput,
        ["price"] = new JsonArray([.. capability.Price.Lines.Select(l => (JsonNode)new JsonObject { ["per"] = l.Per.ToString(), ["amount"] = l.Amount.ToString() })]),
        ["limits"] = new JsonObject
        {
            ["input"] = capability.Limits.Input.Value,
            ["output"] = capability.Limits.Output.Value,
            ["memory"] = capability.Limits.Memory.Value,
            ["deadline"] = capability.Limits.Deadline.ToString(),
        },
        ["errors"] = new JsonArray([.. capability.Errors.Select(e => (JsonNode)new JsonObject { ["code"] = e.Code.ToString(), ["meaning"] = e.Meaning, ["retryable"] = e.Retryable })]),
    };
}
