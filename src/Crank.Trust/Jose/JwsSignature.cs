namespace Crank.Trust.Jose;

/// <summary>One signature of a JWS with its headers; nothing in it is to be believed before <see cref="Jws.Verify"/> says so.</summary>
public sealed class JwsSignature
{
    internal JwsSignature(JoseHeader guarded, JoseHeader? open, JoseHeader joined, byte[] input, byte[] bytes) =>
        (Protected, Unprotected, Header, Input, Bytes) = (guarded, open, joined, input, bytes);

    /// <summary>The header that the signature covers; without members when there is none.</summary>
    public JoseHeader Protected { get; }

    /// <summary>The header that anyone may have altered; null when there is none.</summary>
    public JoseHeader? Unprotected { get; }

    /// <summary>Both together.</summary>
    public JoseHeader Header { get; }

    /// <summary>What was signed (RFC 7515 section 5.1, RFC 7797 section 3).</summary>
    internal byte[] Input { get; }

    internal byte[] Bytes { get; }
}
