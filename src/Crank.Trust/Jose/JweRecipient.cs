namespace Crank.Trust.Jose;

/// <summary>One recipient of a JWE.</summary>
public sealed class JweRecipient
{
    internal JweRecipient(JoseHeader header, byte[] encryptedKey) => (Header, EncryptedKey) = (header, encryptedKey);

    /// <summary>The protected, the shared and its own header together.</summary>
    public JoseHeader Header { get; }

    internal byte[] EncryptedKey { get; }
}
