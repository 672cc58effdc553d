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

    private static readonly Lazy<IReadOnlyList<(string Service, Capability Capability)>> s_all = new(() =>
        [.. Makers.SelectMany(m => m.Value().Capabilities.Select(c => (m.Key, c.Descriptor))).OrderBy(c => c.Descriptor.Id.Name)]);

    /// <summary>Every capability, by name.</summary>
    public static IEnumerable<Capability> All => s_all.Value.Select(c => c.Capability);

    /// <summary>The capabilities of one service, priced in a currency: a price book's figures are the same in every currency, nothing is converted.</summary>
    public static IReadOnlyList<Capability> Of(string service, Currency currency) =>
        [.. s_all.Value.Where(c => c.Service == service).Select(c => c.Capability with
        {
            Price = new(currency, [.. c.Capability.Price.Lines.Select(l => l with { Amount = new(l.Amount.Micros, currency) })]),
        })];

    /// <summary>The capability that a command line names, as <c>name</c> or <c>name@version</c>, with its service.</summary>
    /// <exception cref="CliException">There is none; the nearest name is suggested.</exception>
    public static (string Service, Capability Capability) Find(string text)
    {
        var at = text.Split('@', 2);
        var found = s_all.Value.FirstOrDefault(c => c.Capability.Id.Name.Value == at[0]);
        if (found.Capability is null)
        {
            throw new CliException(
                ExitCode.NotFoundOrConflict, $"There is no capability '{at[0]}'.",
                NearestName.Find(at[0], All.Select(c => c.Id.Name.Value)) is { } nearest ? $"Did you mean '{nearest}'?" : "See 'crank capabilities'.");
        }

        if (at.Length == 2 && !found.Capability.Id.Version.Satisfies(GlobalOptions.Read(() => SemanticVersion.Parse(at[1]))))
        {
            throw new CliException(ExitCode.NotFoundOrConflict, $"There is no {at[0]} that can stand in for version {at[1]}.", $"Here is {found.Capability.Id}.");
        }

        return found;
    }
}
