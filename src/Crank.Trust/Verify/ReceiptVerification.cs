using Crank.Core;
using Crank.Trust.Keys;
using Crank.Trust.Notes;
using Crank.Trust.Statements;

namespace Crank.Trust.Verify;

/// <summary>The answer of <see cref="ReceiptVerifier"/>.</summary>
public abstract record ReceiptVerification
{
    private ReceiptVerification()
    {
    }

    /// <summary>Every byte is vouched for.</summary>
    /// <param name="Receipt">What was signed.</param>
    /// <param name="Statement">The statement around it, with the predicate as JSON.</param>
    /// <param name="Signer">The key that signed the statement.</param>
    /// <param name="Checkpoint">The state of the log that holds it.</param>
    /// <param name="Index">Its place in that log.</param>
    public sealed record Verified(Receipt Receipt, InTotoStatement Statement, VerificationKey Signer, Checkpoint Checkpoint, long Index) : ReceiptVerification;

    /// <summary>It is not; everything that was found wrong, at least one thing.</summary>
    public sealed record Failed(IReadOnlyList<ReceiptFailure> Failures) : ReceiptVerification;
}
