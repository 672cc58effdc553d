using Crank.Core;
using Crank.Trust.Keys;
using Crank.Trust.Log;
using Crank.Trust.Notes;
using Crank.Trust.Statements;

namespace Crank.Mesh.Receipts;

/// <summary>Signs statements and checkpoints with the mesh's key. Safe for many threads.</summary>
internal sealed class Notary(string origin, Func<SigningKey> key)
{
    public string Origin { get; } = origin;

    /// <summary>Signs a receipt; before the writer, in parallel.</summary>
    public SignedStatement Sign(Receipt receipt) => SignedStatement.Sign(receipt, key());

    /// <summary>Signs what the log is after a batch.</summary>
    public string Checkpoint(LogState log) => new Checkpoint(Origin, log.Size, log.Root).Sign(key()).Encode();
}
