namespace Crank.Trust.Envelopes;

/// <summary>One signature of an envelope.</summary>
/// <param name="KeyId">Which key; a hint, empty when absent.</param>
/// <param name="Bytes">The signature.</param>
public sealed record DsseSignature(string KeyId, ReadOnlyMemory<byte> Bytes);
