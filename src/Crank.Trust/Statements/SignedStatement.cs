using Crank.Core;
using Crank.Trust.Envelopes;
using Crank.Trust.Keys;
using Crank.Trust.Log;

namespace Crank.Trust.Statements;

/// <summary>A receipt as it is stored and logged: its signed envelope, and the leaf that commits to every byte of it.</summary>
/// <param name="Envelope">The canonical bytes of the DSSE envelope.</param>
/// <param name="Leaf">The log's leaf: the leaf hash of exactly those bytes.</param>
public sealed record SignedStatement(ReadOnlyMemory<byte> Envelope, LogHash Leaf)
{
    /// <summary>Encodes and signs. Pure but for the key; runs before the writer, on any number of threads at once.</summary>
    /// <exception cref="ArgumentException">The receipt's origin is not the key's name, or its statement exceeds <see cref="DsseEnvelope.MaxPayloadBytes"/>.</exception>
    public static SignedStatement Sign(Receipt receipt, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(key);
        if (receipt.Origin != key.Public.Name)
        {
            throw new ArgumentException($"The key {key.Public.Id} does not sign for the log '{receipt.Origin}'.", nameof(key));
        }

        var envelope = DsseEnvelope.Sign(InTotoStatement.PayloadType, ReceiptStatement.Encode(receipt), key).Encode();
        return new SignedStatement(envelope, LogHasher.Leaf(envelope));
    }
}
