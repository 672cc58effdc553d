using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;

namespace Crank.Cli.Remote;

/// <summary>Reads a capability as a running mesh describes it.</summary>
internal static class CapabilityReader
{
    /// <exception cref="CliException">It is described in a way that this version does not know.</exception>
    public static Capability Read(JsonElement json)
    {
        try
        {
            var limits = json.GetProperty("limits");
            var price = json.GetProperty("price").EnumerateArray().Select(l => new PriceLine(Unit.Parse(l.GetProperty("per").GetString()!), Money.Parse(l.GetProperty("amount").GetString()!))).ToImmutableArray();
            return new(
                CapabilityVersion.Parse(json.GetProperty("capability").GetString()!), json.GetProperty("summary").GetString()!, json.GetProperty("input"), json.GetProperty("output"),
                Optional("blobInput"), Optional("blobOutput"),
                new(
                    new(limits.GetProperty("inputBytes").GetInt64()), new(limits.GetProperty("outputBytes").GetInt64()), new(limits.GetProperty("memoryBytes").GetInt64()),
                    Duration.Parse(limits.GetProperty("deadline").GetString()!),
                    limits.GetProperty("units").EnumerateObject().ToImmutableDictionary(u => Unit.Parse(u.Name), u => u.Value.GetInt64())),
                [.. json.GetProperty("errors").EnumerateArray().Select(e => new DeclaredError(ErrorCode.Parse(e.GetProperty("code").GetString()!), e.GetProperty("meaning").GetString()!, e.GetProperty("retryable").GetBoolean()))],
                new(price.IsEmpty ? Currency.Eur : price[0].Amount.Currency, price), false);
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new CliException(ExitCode.InternalError, $"The mesh describes a capability in a way that this version does not know: {e.Message}", "Use the same version of crank on both sides.");
        }

        string? Optional(string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
