using Crank.Core;

namespace Crank.Mesh.Authorize;

/// <summary>Decides jobs by the set of Rego policies in force: asks <c>data.crank.access.decision</c>, and answers at once.</summary>
public sealed class RegoPolicy(PolicyBook book) : IPolicy
{
    /// <summary>The sets that are asked.</summary>
    public PolicyBook Book => book;

    /// <inheritdoc />
    public ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var answer = book.Ask(PolicyTopic.Job, PolicyInput.Of(question), question.Id, cancellationToken);
        return new(new Decision(question.Id, answer.Allowed, answer.Rule, answer.Revision, answer.Why, answer.Constraints)
        {
            Denied = answer.Allowed ? [] : answer.Denied,
            Obligations = answer.Obligations.IsEmpty ? null : [.. answer.Obligations.Select(o => o.ToString())],
            // The default set is named whole by its revision: it comes with the program.
            Policy = answer.Revision == DefaultPolicies.Revision ? null : answer.Digest,
            Input = answer.Commitment?.Digest,
        });
    }
}
