using System.Globalization;
using System.Text.Json;
using Crank.Cli.Terminal;
using Crank.Core;

namespace Crank.Cli.Invoke;

/// <summary>The short summary for people: job, place, time, price and split, joules and grams with their tier, receipt.</summary>
internal static class Summary
{
    public static void Write(TextWriter people, JobId job, Receipt receipt, string? receiptFile, bool repeated)
    {
        Line("job", $"{job}  {(receipt.State == JobState.Done ? "done" : receipt.State.ToString().ToLowerInvariant())} in {Human(receipt.FinishedAt - receipt.AcceptedAt)}{(repeated ? "  (the first job under this key)" : "")}");
        if (receipt.Attempts is [.., var last])
        {
            Line("ran", $"{last.Node}{(last.Worker is { } worker ? $"/{worker}" : "")}  {last.Isolation} ({Name(last.Isolation.Level)})");
        }

        Line("price", receipt.Charge.Total.Micros == 0
            ? $"{receipt.Charge.Total}  (nothing was charged)"
            : $"{receipt.Charge.Total}  = {string.Join(" + ", receipt.Charge.Shares.Select(s => $"{s.Amount.ToString().Split(' ')[0]} {s.Account}"))}");
        if (receipt.Footprint is { } footprint)
        {
            var tier = footprint.Tier.ToString().ToLowerInvariant();
            Line("energy", $"{Digits(footprint.Energy.Value)} J  ({Digits(footprint.EnergyLower.Value)} to {Digits(footprint.EnergyUpper.Value)}, {tier} by {footprint.Meter})");
            Line("carbon", $"{Digits(footprint.Carbon.Value)} g CO2e  ({Digits(footprint.CarbonLower.Value)} to {Digits(footprint.CarbonUpper.Value)}, {tier}, zone {footprint.Zone})");
        }

        if (receiptFile is not null)
        {
            Line("receipt", receiptFile);
        }

        void Line(string name, string text) => people.WriteLine($"{name,-8} {Answer.Plain(text)}");
    }

    /// <summary>What a result says beside its blob: each further member of the output on a line.</summary>
    public static void WriteRest(TextWriter people, JsonElement output, string? blobMember)
    {
        if (blobMember is null)
        {
            return;
        }

        foreach (var member in output.EnumerateObject().Where(m => m.Name != blobMember && !IsEmpty(m.Value)))
        {
            people.WriteLine($"{member.Name,-8} {Answer.Plain(Short(member.Value))}");
        }
    }

    public static string Human(TimeSpan time) => time.TotalSeconds >= 10
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");

    public static string Name(IsolationLevel level) => level == IsolationLevel.StrongPlus ? "strong+" : level.ToString().ToLowerInvariant();

    private static string Digits(double value) => value.ToString("0.###e0", CultureInfo.InvariantCulture) is var scientific && (value >= 1e6 || (value > 0 && value < 1e-3))
        ? scientific
        : value.ToString("G3", CultureInfo.InvariantCulture);

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };

    private static string Short(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join("; ", value.EnumerateArray().Take(5).Select(Short)) + (value.GetArrayLength() > 5 ? $"; and {value.GetArrayLength() - 5} more" : ""),
        JsonValueKind.Object when value.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String => Kind(kind.GetString()!, value),
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Where(m => !IsEmpty(m.Value)).Select(m => $"{m.Name} {Short(m.Value)}")),
        _ => value.GetRawText(),
    };

    /// <summary>A kind with its count or detail, e.g. <c>2 table_span</c> or <c>active_content: script element</c>.</summary>
    private static string Kind(string kind, JsonElement value) =>
        value.TryGetProperty("count", out var count) && count.ValueKind == JsonValueKind.Number ? $"{count.GetRawText()} {kind}"
        : value.TryGetProperty("detail", out var detail) && detail.ValueKind == JsonValueKind.String ? $"{kind}: {detail.GetString()}"
        : kind;
}
