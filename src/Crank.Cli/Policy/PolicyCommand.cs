using System.CommandLine;
using Crank.Cli.Policy.Govern;
using Crank.Cli.Policy.History;
using Crank.Cli.Terminal;
using Crank.Rego.Builtins;
using Crank.Rego.Run;

namespace Crank.Cli.Policy;

/// <summary>
/// <c>crank policy init|check|eval|test|fmt|bench|build|sign|inspect</c>: the work on policies before they are in force, which needs files only: no mesh, no data folder, no network.
/// <c>crank policy status|reload|shadow|enforce|lockdown|unlock|except</c>: what governs a mesh that runs, or a data folder.
/// <c>crank policy replay|diff|log</c>: what was decided, from what a data folder keeps of it.
/// </summary>
internal static class PolicyCommand
{
    public static Command Create() => new("policy", "Policies in Rego: check, ask, test, format, measure, pack and sign them before they are in force; what stops the mesh; what was decided.")
    {
        InitCommand.Create(), CheckCommand.Create(), EvalCommand.Create(), TestCommand.Create(), FmtCommand.Create(), BenchCommand.Create(), BuildCommand.Create(), SignCommand.Create(),
        InspectCommand.Create(), LockdownCommand.Lock(), LockdownCommand.Unlock(), ExceptCommand.Create(), ReloadCommand.Create(), ShadowCommand.Create(), ShadowCommand.Enforce(), StatusCommand.Create(),
        ReplayCommand.Create(), DiffCommand.Create(), LogCommand.Create(),
    };

    public static Argument<string[]> Paths(string description, bool required = true) =>
        new("PATH") { Description = description, Arity = required ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore };

    /// <summary>As <see cref="GlobalOptions.Guarded"/>, for what policies do wrong.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> Guarded(Func<ParseResult, Answer, CancellationToken, int> body) =>
        GlobalOptions.Guarded((parsed, answer, cancellationToken) => Task.FromResult(Run(parsed, answer, body, cancellationToken)));

    private static int Run(ParseResult parsed, Answer answer, Func<ParseResult, Answer, CancellationToken, int> body, CancellationToken cancellationToken)
    {
        try
        {
            return body(parsed, answer, cancellationToken);
        }
        catch (WrongPolicyException e)
        {
            return PolicyErrors.Say(answer, e.Errors);
        }
        catch (EvaluationException e)
        {
            return PolicyErrors.Say(answer, [new(PolicyErrors.Of(e), null)]);
        }
        catch (LimitException e)
        {
            throw new CliException(ExitCode.NotDone, e.Message, "A decision has 10,000,000 steps and 5 s.", FailureCodes.PolicyLimit);
        }
    }
}
