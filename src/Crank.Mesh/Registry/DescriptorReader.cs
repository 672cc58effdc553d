using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Serialization;
using Crank.Schema;

namespace Crank.Mesh.Registry;

/// <summary>Reads what a worker says of its capabilities: foreign text, so everything in it has a maximum and is checked before anybody sees it.</summary>
public static class DescriptorReader
{
    /// <summary>The most bytes of all descriptors together; the session takes no more either.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>The most capabilities of one service.</summary>
    public const int MaxCapabilities = 64;

    /// <summary>The most bytes of one schema.</summary>
    public const int MaxSchemaBytes = 256 << 10;

    private const int MaxDepth = 64;
    private const int MaxText = 2_048;
    private const int MaxErrors = 64;
    private const int MaxUnits = 32;
    private const long MaxCount = 1_000_000_000_000;
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    private static readonly MeshJson s_json = new(new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, RespectNullableAnnotations = true, MaxDepth = MaxDepth });

    /// <summary>Reads and checks them.</summary>
    /// <param name="utf8">A JSON array of <see cref="Capability"/> in camelCase.</param>
    /// <param name="currency">The currency of the mesh. Prices in another are taken at their figures: a price book is the same in every currency, nothing is converted.</param>
    /// <exception cref="FormatException">Something in it does not hold; the message names it.</exception>
    public static ImmutableArray<Capability> Read(ReadOnlyMemory<byte> utf8, Currency currency)
    {
        if (utf8.Length > MaxBytes)
        {
            throw new FormatException($"The descriptors have {utf8.Length:N0} bytes; {MaxBytes:N0} are allowed.");
        }

        Capability[]? read;
        try
        {
            read = JsonSerializer.Deserialize(utf8.Span, s_json.CapabilityArray);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException($"The descriptors are not a JSON array of capabilities: {e.Message}", e);
        }

        if (read is not { Length: > 0 and <= MaxCapabilities } || read.Any(c => c is null))
        {
            throw new FormatException($"A service describes 1 to {MaxCapabilities} capabilities, not {read?.Length ?? 0}.");
        }

        if (read.DistinctBy(c => c.Id.Name).Count() != read.Length)
        {
            throw new FormatException("A capability is described twice.");
        }

        return [.. read.Select(c => Checked(c, currency))];
    }

    /// <summary>What two descriptions that are alike have in common.</summary>
    internal static Digest DigestOf(Capability capability) => Digest.Of(JsonSerializer.SerializeToUtf8Bytes(capability, s_json.Capability));

    private static Capability Checked(Capability capability, Currency currency)
    {
        var id = capability.Id;
        if (id.Name == default || capability.Limits?.Units is null || capability.Price is null)
        {
            throw new FormatException($"The description of '{id}' has no name, limits or price.");
        }

        Fail(string.IsNullOrWhiteSpace(capability.Summary) || capability.Summary.Length > MaxText, $"its summary has 1 to {MaxText} characters");
        CheckSchema(capability.Input, "input");
        CheckSchema(capability.Output, "output");
        Fail(capability.BlobInput is { Length: 0 or > 256 } || capability.BlobOutput is { Length: 0 or > 256 }, "the member that holds a blob has 1 to 256 characters");
        var limits = capability.Limits;
        Fail(limits.Input.Value <= 0 || limits.Output.Value <= 0 || limits.Memory.Value <= 0, "limits are above zero");
        Fail(limits.Deadline.Time <= TimeSpan.Zero || limits.Deadline.Time > s_longest, $"its deadline is above zero and at most {s_longest.TotalDays:0} days");
        Fail(limits.Units.Count > MaxUnits || limits.Units.Any(u => u.Key == default || u.Value is < 0 or > MaxCount), $"it meters at most {MaxUnits} units, of 0 to {MaxCount:N0} each");
        Fail(capability.Errors.IsDefault || capability.Errors.Length > MaxErrors || capability.Errors.Any(e => e is null || e.Code == default || e.Meaning is not { Length: > 0 and <= MaxText }), $"it declares at most {MaxErrors} errors, each with a code and a meaning");
        Fail(capability.Price.Lines.Any(l => l.Amount.Micros is < 0 or > MaxCount), $"an amount of its price is 0 to {MaxCount:N0} millionths");
        Fail(capability.Price.Lines.Any(l => l.Per != Unit.Job && l.Per != Unit.Megabyte && l.Per != Unit.Second && !limits.Units.ContainsKey(l.Per)), "it is priced per a unit of which it names no maximum");
        return capability with { Price = new(currency, [.. capability.Price.Lines.Select(l => l with { Amount = new(l.Amount.Micros, currency) })]) };

        void Fail(bool isWrong, string rule)
        {
            if (isWrong)
            {
                throw new FormatException($"The description of {id} does not hold: {rule}.");
            }
        }

        void CheckSchema(JsonElement schema, string which)
        {
            Fail(schema.ValueKind != JsonValueKind.Object || JsonSerializer.SerializeToUtf8Bytes(schema, s_json.JsonElement).Length > MaxSchemaBytes, $"its {which} schema is an object of at most {MaxSchemaBytes:N0} bytes");
            try
            {
                JsonSchema.Compile(schema);
            }
            catch (SchemaException e)
            {
                throw new FormatException($"The {which} schema of {id} does not hold: {e.Message}", e);
            }
        }
    }
}
