using Crank.Core;
using Crank.Gateway.Identity;
using Crank.Mesh.Authorize;
using Crank.Rego.Builtins;
using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Values;

namespace Crank.Gateway.Opa.Sets;

/// <summary>Asks a query, gives the decision a name, and has it written down like every other, also when it ends with an error.</summary>
internal sealed class Asker(PolicyBook? policies, IdSource ids, TimeProvider clock)
{
    /// <summary>The rule that the log names for an answer of no gate.</summary>
    private const string Rule = "question";

    private static readonly Value s_allow = "allow";

    /// <summary>A name for the next decision.</summary>
    public DecisionId NextId() => new(ids.Next());

    /// <summary>Asks.</summary>
    /// <param name="id">The decision's name.</param>
    /// <param name="set">What is asked.</param>
    /// <param name="path">What the log calls the question, e.g. <c>app/allow</c>.</param>
    /// <param name="query">The query, of that set.</param>
    /// <param name="input">The input; undefined for none.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the decision early.</param>
    /// <exception cref="EvaluationException">The policy made an error.</exception>
    /// <exception cref="LimitException">A limit was reached.</exception>
    public Rego.Decide.Decision Ask(DecisionId id, AskedSet set, string path, PreparedQuery query, Value input, Caller caller, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        try
        {
            var decision = query.Decide(input, OpaLimits.Decision, null, cancellationToken);
            Tell(id, set, path, input, caller, began, decision, null);
            return decision;
        }
        catch (Exception e) when (e is EvaluationException or LimitException)
        {
            Tell(id, set, path, input, caller, began, null, e.Message);
            throw;
        }
    }

    private void Tell(DecisionId id, AskedSet set, string path, in Value input, Caller caller, long began, Rego.Decide.Decision? decision, string? error)
    {
        if (set.Basis.Set is not { } own || policies is null)
        {
            return;
        }

        var result = decision?.Result ?? default;
        var answer = GateAnswer.Of(own, result.IsTrue || result.Get(s_allow).IsTrue, Rule, result, decision?.Recorded, error);
        policies.Tell(new(PolicyTopic.Question, input, answer, own, id, clock.GetElapsedTime(began)) { Path = path, RequestedBy = $"{caller.Tenant}/{caller.Principal}" });
    }
}
