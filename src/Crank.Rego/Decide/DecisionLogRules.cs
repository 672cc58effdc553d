using Crank.Rego.Builtins;
using Crank.Rego.Run;
using Crank.Rego.Values;

namespace Crank.Rego.Decide;

/// <summary>
/// What policies say about the log of their own decisions, as OPA has it: <c>data.system.log.drop</c> leaves an event out, <c>data.system.log.mask</c> says what is taken out of it
/// or replaced. Both see the event as <c>input</c>. Safe for many threads.
/// </summary>
public sealed class DecisionLogRules
{
    private readonly PreparedQuery _drop;
    private readonly PreparedQuery _mask;
    private readonly DecisionLimits _limits;

    private DecisionLogRules(PreparedQuery drop, PreparedQuery mask, DecisionLimits limits) => (_drop, _mask, _limits) = (drop, mask, limits);

    /// <summary>The rules of a set of policies.</summary>
    /// <param name="policies">The set. It need not have any.</param>
    /// <param name="snapshot">Its base documents.</param>
    /// <param name="limits">What asking for one event may use; null for the usual limits.</param>
    public static DecisionLogRules Of(PolicySet policies, Snapshot snapshot, DecisionLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(policies);
        return new(policies.Prepare("data.system.log.drop", snapshot), policies.Prepare("data.system.log.mask", snapshot), limits ?? DecisionLimits.Default);
    }

    /// <summary>The event as it may be written; null when it is to be left out.</summary>
    /// <remarks>
    /// A rule that errs, takes too long or says what is no mask never shows more: an event is then written without input, answer and recorded results, and with what went wrong.
    /// </remarks>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public DecisionEvent? Apply(DecisionEvent decision, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var whole = decision.ToValue();
        try
        {
            return _drop.Decide(whole, _limits, null, cancellationToken).Result.IsTrue
                ? null
                : DecisionMask.Of(_mask.Decide(whole, _limits, null, cancellationToken).Result).Apply(decision);
        }
        catch (Exception e) when (e is EvaluationException or LimitException or ValueFormatException)
        {
            return DecisionMask.Everything(decision, $"The rules of the decision log failed: {e.Message}");
        }
    }
}
