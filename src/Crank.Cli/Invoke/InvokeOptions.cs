using System.CommandLine;
using System.CommandLine.Completions;
using Crank.Cli.Embedded;
using Crank.Core;

namespace Crank.Cli.Invoke;

/// <summary>The words of <c>crank invoke</c>: a stable face.</summary>
internal sealed class InvokeOptions
{
    private readonly Argument<string> _capability = new("CAPABILITY") { HelpName = "CAPABILITY", Description = "What to run, e.g. doc.convert or doc.convert@1.0.0." };
    private readonly Option<string> _in = new("--in") { Description = "The input: fills the capability's only blob field, else is its JSON input. '-' reads standard input.", HelpName = "FILE|-" };
    private readonly Option<string[]> _parameters = new("--param") { Description = "A member of the input.", HelpName = "NAME=VALUE" };
    private readonly Option<string> _out = new("--out") { Description = "Where the result goes; standard output when left out.", HelpName = "FILE|-" };
    private readonly Option<string> _receipt = new("--receipt") { Description = "Where the receipt goes; the data folder when left out.", HelpName = "FILE" };
    private readonly Option<bool> _async = new("--async") { Description = "Do not wait for the result (needs 'crank up')." };
    private readonly Option<string> _budget = new("--budget") { Description = "The most the job may cost, in the mesh's currency.", HelpName = "AMOUNT" };
    private readonly Option<string> _deadline = new("--deadline") { Description = "The longest the job may take.", HelpName = "DURATION" };
    private readonly Option<string> _prefer = new("--prefer") { Description = "cheapest, greenest, fastest, trusted, or NAME=WEIGHT,…", HelpName = "NAME", DefaultValueFactory = _ => "cheapest" };
    private readonly Option<string[]> _zones = new("--zone") { Description = "A grid zone that the job may run in; may be given more than once.", HelpName = "ZONE" };
    private readonly Option<string> _isolation = new("--isolation") { Description = "The weakest isolation accepted: weak, medium, strong or strong+.", HelpName = "LEVEL" };
    private readonly Option<string> _key = new("--key") { Description = "Idempotency key: the same key and request give the same job for 24 hours.", HelpName = "KEY" };

    public void AddTo(Command command)
    {
        _capability.CompletionSources.Add(_ => BuiltInServices.All.Select(c => new CompletionItem(c.Id.Name.Value)));
        command.Add(_capability);
        foreach (var option in (Option[])[_in, _parameters, _out, _receipt, _budget, _deadline, _prefer, _zones, _isolation, _key, _async])
        {
            command.Add(option);
        }
    }

    public string Capability(ParseResult parsed) => parsed.GetRequiredValue(_capability);

    public string? In(ParseResult parsed) => parsed.GetValue(_in);

    public IReadOnlyList<string> Parameters(ParseResult parsed) => parsed.GetValue(_parameters) ?? [];

    public string? Out(ParseResult parsed) => parsed.GetValue(_out) is { } path && path != "-" ? path : null;

    public string? Receipt(ParseResult parsed) => parsed.GetValue(_receipt);

    public string? Key(ParseResult parsed) => parsed.GetValue(_key);

    /// <summary>True when the result is not waited for, which only a running mesh can do.</summary>
    public bool Async(ParseResult parsed) => parsed.GetValue(_async);

    public Terms Terms(ParseResult parsed, Currency currency) => GlobalOptions.Read(() => new Terms(
        Preference.Parse(parsed.GetValue(_prefer)!),
        parsed.GetValue(_budget) is { } budget ? Budget(budget, currency) : null,
        parsed.GetValue(_deadline) is { } deadline ? Duration.Parse(deadline) : null,
        [.. (parsed.GetValue(_zones) ?? []).Select(z => Zone.Parse(z))],
        null,
        parsed.GetValue(_isolation) is { } level ? Configuration.Level(level) : null));

    private static Money Budget(string text, Currency currency) =>
        Money.TryParseAmount(text, currency, out var amount) || (Money.TryParse(text, null, out amount) && amount.Currency == currency)
            ? amount.Micros >= 0 ? amount : throw new FormatException($"A budget is not negative; '{text}' is.")
            : throw new FormatException($"'{text}' is not an amount in {currency} such as 0.05 (at most six decimals).");
}
