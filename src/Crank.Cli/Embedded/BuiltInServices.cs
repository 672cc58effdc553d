using System.Collections.Frozen;
using Crank.Core;
using Crank.Doc.Capabilities;
using Crank.Echo;
using Crank.Hash;
using Crank.Schema;
using Crank.Sdk;

namespace Crank.Cli.Embedded;

/// <summary>The services that crank itself brings.</summary>
internal static class BuiltInServices
{
    /// <summary>What makes each service, by the name that <c>crank worker</c> takes.</summary>
    public static FrozenDictionary<string, Func<Service>> Makers { get; } = new Dictionary<string, Func<Service>>(StringComparer.Ordinal)
    {
        ["doc"] = DocService.Create,
        ["echo"] = EchoService.Create,
        ["hash"] = HashService.Create,
    }.ToFrozenDictionary();

    private static readonly Lazy<FrozenDictionary<string, Service>> s_services = new(() => Makers.ToFrozenDictionary(m => m.Key, m => m.Value()));

    private static readonly Lazy<IReadOnlyList<(string Service, Capability Capability)>> s_all = new(() =>
        [.. s_services.Value.SelectMany(m => m.Value.Capabilities.Select(c => (m.Key, c.Descriptor))).OrderBy(c => c.Descriptor.Id.Name)]);

    /// <summary>Every capability, by name.</summary>
    public static IEnumerable<Capability> All => s_all.Value.Select(c => c.Capability);

    /// <summary>The version of one service.</summary>
    public static SemanticVersion Version(string service) => s_services.Value[service].Version;

    /// <summary>The capabilities of one service, priced in a currency: a price book's figures are the same in every currency, nothing is converted.</summary>
    public static IReadOnlyList<Capability> Of(string service, Currency currency) =>
        [.. s_all.Value.Where(c => c.Service == service).Select(c => c.Capability with
        {
            Price = new(currency, [.. c.Capability.Price.Lines.Select(l => l with { Amount = new(l.Amount.Micros, currency) })]),
        })];

    /// <summary>The capability that a command line names, as <c>name</c>, <c>name@1</c> or <c>name@1.2.0</c>, with its service.</summary>
    /// <exception cref="CliException">There is none; the nearest name is suggested.</exception>
    public static (string Service, Capability Capability) Find(string text)
    {
        if (!CapabilityWish.TryParse(text, null, out var wish))
        {
            throw new CliException(ExitCode.NotFoundOrConflict, $"'{text}' is not the name of a capability such as doc.convert, doc.convert@1 or doc.convert@1.2.0.", "See 'crank capabilities'.");
        }

        var found = s_all.Value.FirstOrDefault(c => c.Capability.Id.Name == wish.Name);
        if (found.Capability is null)
        {
            throw new CliException(
                ExitCode.NotFoundOrConflict, $"There is no capability '{wish.Name}'.",
                NearestName.Find(wish.Name.Value, All.Select(c => c.Id.Name.Value)) is { } nearest ? $"Did you mean '{nearest}'?" : "See 'crank capabilities'.");
        }

        if (wish.AtLeast is { } least && !found.Capability.Id.Version.Satisfies(least))
        {
            throw new CliException(ExitCode.NotFoundOrConflict, $"There is no {wish.Name} that can stand in for version {least}.", $"Here is {found.Capability.Id}.");
        }

        return found;
    }
}
