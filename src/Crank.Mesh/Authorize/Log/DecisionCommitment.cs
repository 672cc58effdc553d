using System.Buffers;
using Crank.Core;
using Crank.Rego.Decide;
using Crank.Rego.Values;
using Crank.Trust.Statements;

namespace Crank.Mesh.Authorize.Log;

/// <summary>
/// All that a decision was made of besides the policies: its input and the recorded results of builtins, as one text, and a salt. The salted digest is on the
/// receipt; text and salt are sealed. Erasing them severs the receipt from the person for good.
/// </summary>
public sealed class DecisionCommitment
{
    private DecisionCommitment(byte[] salt, ReadOnlyMemory<byte> text) => (Salt, Text) = (salt, text);

    /// <summary>The salt; it leaves the data folder never.</summary>
    public byte[] Salt { get; }

    /// <summary>The text.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>The digest for the receipt.</summary>
    public Digest Digest => SaltedDigest.Of(Salt, Core.Digest.Of(Text.Span));

    /// <summary>Commits to an input and what was recorded.</summary>
    public static DecisionCommitment Of(byte[] salt, in Value input, IReadOnlyDictionary<Value, Value>? recorded)
    {
        ArgumentNullException.ThrowIfNull(salt);
        var whole = new ObjectBuilder(2);
        whole.Set("input", input);
        if (RecordedBuiltins.ToList(recorded) is { IsDefined: true } list)
        {
            whole.Set("recorded", list);
        }

        var text = new ArrayBufferWriter<byte>(1_024);
        JsonOut.Write(text, whole.ToObject());
        return new(salt, text.WrittenMemory);
    }

    /// <summary>What was sealed.</summary>
    internal static DecisionCommitment Of(byte[] salt, ReadOnlyMemory<byte> text) => new(salt, text);
}
