using System.Security.Cryptography;

namespace Crank.Trust.Jose;

/// <summary>What an encryption draws by chance. Members that are set stand for the draw, so that a published example can be made again.</summary>
internal sealed record JweChance(byte[]? ContentKey = null, byte[]? Iv = null, Jwk? Ephemeral = null, byte[]? WrapIv = null, byte[]? Salt = null, int Rounds = 0)
{
    public static JweChance None { get; } = new();

    public byte[] ContentKeyOf(JweContent content) => ContentKey ?? RandomNumberGenerator.GetBytes(content.KeySize);

    public byte[] IvOf(JweContent content) => Iv ?? RandomNumberGenerator.GetBytes(content.IvSize);
}
