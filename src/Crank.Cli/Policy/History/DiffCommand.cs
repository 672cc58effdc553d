using System.CommandLine;
using System.Text.Json.Nodes;
using Crank.Cli.Terminal;
using Crank.Rego.Bundles;

namespace Crank.Cli.Policy.History;

/// <summary><c>crank policy diff</c>: what other policies would have answered to the questions of the past.</summary>
internal static class DiffCommand
{
    private const int MaxShown = 10_000;

    public static Command Create()
    {
        var before = new Argument<string>("OLD") { Description = "The policies as they are: a bundle (.tar.gz), a folder laid out as one, or a policy." };
        var after = new Argument<string>("NEW") { Description = "The policies as they might be." };
        var log = new Option<string[]>("--log", "-l") { Description = "A decision log (.jsonl, .jsonl.gz), also one of OPA's; may be given more than once. The data folder's kept inputs when left out.", HelpName = "FILE" };
        var max = new Option<int>("--max") { Description = "How many changed answers are shown.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var fail = new Option<bool>("--fail") { Description = "Exit 13 when an answer differs." };
        var verification = new VerificationOptions();
        var command = new ExampleCommand("diff", "Asks old and new policies the questions of the past, and shows what the new ones answer otherwise.", """
              crank policy diff policies changed
              crank policy diff access-1.tar.gz access-2.tar.gz --log decisions.jsonl --fail
            """)
        { before, after, log, max, fail };
        verification.AddTo(command);
        command.SetAction(PolicyCommand.Guarded((parsed, answer, cancellationToken) =>
        {
            var shown = parsed.GetValue(max) is >= 0 and <= MaxShown and var most ? most : throw new CliException(ExitCode.Usage, $"--max is 0 to {MaxShown:N0}.");
            var options = verification.Read(parsed);
            var comparison = Compare(parsed.GetRequiredValue(before), parsed.GetRequiredValue(after), options, shown);
            foreach (var question in Questions(parsed, parsed.GetValue(log) ?? []))
            {
                cancellationToken.ThrowIfCancellationRequested();
                comparison.Ask(question, cancellationToken);
            }

            answer.Write(() => Json(comparison), output => Write(output, comparison));
            if (comparison.Masked > 0)
            {
                answer.Note($"{comparison.Masked} of {comparison.Asked} inputs were masked: they may be answered otherwise than they were.");
            }

            return comparison.Differ > 0 && parsed.GetValue(fail) ? ExitCode.VerificationSaysNo : ExitCode.Done;
        }));
        return command;
    }

    private static PolicyComparison Compare(string before, string after, BundleOptions options, int shown)
    {
        var (old, now) = (BundlePath.Draft(before), BundlePath.Draft(after));
        var (first, second) = (Load(before, old, options), Load(after, now, options));
        BundlePath.Policies(old, () => first.Compile());
        BundlePath.Policies(now, () => second.Compile());
        return new(first, second, shown);
    }

    private static Bundle Load(string path, BundleDraft draft, BundleOptions options) => BundlePath.Explained(path, () => BundlePath.Load(draft, options));

    private static IEnumerable<LoggedQuestion?> Questions(ParseResult parsed, string[] log)
    {
        if (log.Length == 0)
        {
            return LoggedQuestion.Of(HistoryFolder.Locate(parsed).Inputs());
        }

        foreach (var file in log.Where(static file => !File.Exists(file)))
        {
            throw new CliException(ExitCode.NotFoundOrConflict, $"There is no decision log '{file}'.", PolicyPaths.Near(file));
        }

        return log.SelectMany(LoggedQuestion.Of);
    }

    private static JsonObject Json(PolicyComparison comparison) => new()
    {
        ["asked"] = comparison.Asked,
        ["same"] = comparison.Asked - comparison.Differ,
        ["differ"] = comparison.Differ,
        ["nowAllowed"] = comparison.NowAllowed,
        ["nowRefused"] = comparison.NowRefused,
        ["masked"] = comparison.Masked,
        ["leftOut"] = comparison.LeftOut,
        ["changes"] = new JsonArray([.. comparison.Changes.Select(static c => (JsonNode)new JsonObject
        {
            ["decision_id"] = c.Question.Decision, ["query"] = c.Question.Query, ["old"] = c.Before, ["new"] = c.After,
        })]),
    };

    private static void Write(TextWriter output, PolicyComparison comparison)
    {
        foreach (var change in comparison.Changes)
        {
            output.WriteLine(Answer.Plain($"{change.Question.Decision} {change.Question.Query}"));
            output.WriteLine(Answer.Plain($"  - {change.Before}"));
            output.WriteLine(Answer.Plain($"  + {change.After}"));
        }

        if (comparison.Differ > comparison.Changes.Count)
        {
            output.WriteLine($"… and {comparison.Differ - comparison.Changes.Count} more; see --max");
        }

        output.WriteLine($"{comparison.Asked} asked: {comparison.Asked - comparison.Differ} the same, {comparison.Differ} differ ({comparison.NowAllowed} now allowed, {comparison.NowRefused} now refused)");
        if (comparison.LeftOut > 0)
        {
            output.WriteLine($"{comparison.LeftOut} events cannot be asked again: their input was taken out");
        }
    }
}
