using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Crank.Core;
using Crank.Schema;
using Crank.Sdk.Schemas;

namespace Crank.Sdk.Declaring;

/// <summary>Turns the attributes and types of a capability class into its description.</summary>
internal static class Declaration
{
    /// <exception cref="CapabilityDeclarationException">The declaration is incomplete or contradicts itself.</exception>
    public static Capability Read(Type type, Type input, Type output, JsonSerializerOptions json)
    {
        try
        {
            return ReadChecked(type, input, output, json);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException or SchemaException or InvalidOperationException)
        {
            throw new CapabilityDeclarationException(type, e.Message, e);
        }
    }

    private static Capability ReadChecked(Type type, Type input, Type output, JsonSerializerOptions json)
    {
        var named = type.GetCustomAttribute<CapabilityAttribute>()
            ?? throw new ArgumentException("it has no [Capability(name, version)].");
        var limits = type.GetCustomAttribute<LimitsAttribute>() ?? new LimitsAttribute();
        var units = type.GetCustomAttributes<MetersAttribute>().ToImmutableDictionary(m => Unit.Parse(m.Unit), m => Positive(m));
        var errors = type.GetCustomAttributes<DeclaredErrorAttribute>().Select(e => new DeclaredError(ErrorCode.Parse(e.Code), e.Meaning, e.Retryable)).ToImmutableArray();
        if (errors.GroupBy(e => e.Code).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ArgumentException($"it declares the error '{twice.Key}' twice.");
        var inputSchema = SchemaWriter.Write(input, json, SchemaSide.Input);
        var outputSchema = SchemaWriter.Write(output, json, SchemaSide.Output);
        return new Capability(
            new CapabilityVersion(CapabilityName.Parse(named.Name), SemanticVersion.Parse(named.Version)),
            DocComments.Summary(type) ?? named.Name,
            inputSchema.Schema,
            outputSchema.Schema,
            inputSchema.OnlyBlob,
            outputSchema.OnlyBlob,
            new Limits(new ByteCount(limits.MaxInputBytes), new ByteCount(limits.MaxOutputBytes), new ByteCount(limits.MaxMemoryBytes), Duration.Parse(limits.Deadline), units),
            errors,
            PriceOf(type, units),
            named.Concurrent,
            named.Idempotent);
    }

    private static long Positive(MetersAttribute meters) =>
        meters.Maximum > 0 ? meters.Maximum : throw new ArgumentException($"it meters '{meters.Unit}' with a maximum of {meters.Maximum}; give at least 1.");

    private static Price PriceOf(Type type, ImmutableDictionary<Unit, long> units)
    {
        var lines = type.GetCustomAttributes<PriceAttribute>().ToArray();
        if (lines.Length == 0) throw new ArgumentException("it has no [Price(unit, micros)]; give at least one line, with 0 micros if it is free.");
        var currency = Currency.Parse(lines[0].Currency);
        foreach (var line in lines)
        {
            var unit = Unit.Parse(line.Unit);
            if (unit != Unit.Job && unit != Unit.Megabyte && unit != Unit.Second && !units.ContainsKey(unit))
                throw new ArgumentException($"it has a price per '{unit}', which it does not meter; add [Meters(\"{unit}\", maximum)].");
        }

        return new Price(currency, [.. lines.Select(l => new PriceLine(Unit.Parse(l.Unit), new Money(l.Micros, Currency.Parse(l.Currency))))]);
    }
}
