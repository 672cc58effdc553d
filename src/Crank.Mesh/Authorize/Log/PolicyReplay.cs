using Crank.Core;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize.Log;

/// <summary>A decision that was made again: the same input, the same recorded results of builtins, the same policies.</summary>
/// <param name="Sealed">The decision as it was.</param>
/// <param name="Before">The answer as it was, as JSON; null when it was undefined.</param>
/// <param name="After">The answer now, as JSON; null when it is undefined.</param>
/// <param name="Answer">What the gate makes of it now.</param>
public sealed record PolicyReplay(SealedDecision Sealed, string? Before, string? After, GateAnswer Answer)
{
    /// <summary>Whether nothing differs.</summary>
    public bool IsSame => Before == After && Sealed.Allowed == Answer.Allowed && Sealed.Rule == Answer.Rule;

    /// <summary>Makes a decision again.</summary>
    /// <param name="kept">What was sealed of it.</param>
    /// <param name="set">The set of policies that it was made by.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PolicyReplay Run(SealedDecision kept, PolicyInForce set, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kept);
        ArgumentNullException.ThrowIfNull(set);
        var answer = set.Ask(kept.Topic, kept.Input, kept.Recorded, cancellationToken);
        return new(kept, Text(kept.Result), Text(answer.Result), answer);
    }

    /// <summary>Whether a decision on a receipt speaks of this input.</summary>
    public static bool IsOf(SealedDecision kept, Decision receipt)
    {
        ArgumentNullException.ThrowIfNull(kept);
        ArgumentNullException.ThrowIfNull(receipt);
        return receipt.Id == kept.Decision && receipt.Input == kept.Commitment.Digest && receipt.Bundle == kept.Revision;
    }

    private static string? Text(in Value value) => value.IsDefined ? JsonOut.Write(value) : null;
}
