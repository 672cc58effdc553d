namespace Crank.Trust.Notes;

/// <summary>One signature line of a note.</summary>
/// <param name="Name">The name of the key.</param>
/// <param name="Hash">The hash of the key.</param>
/// <param name="Bytes">What follows the hash: for Ed25519, 64 bytes.</param>
public sealed record NoteSignature(string Name, uint Hash, ReadOnlyMemory<byte> Bytes);
