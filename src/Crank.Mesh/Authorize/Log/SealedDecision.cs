using System.Buffers;
using System.Text;
using Crank.Core;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize.Log;

/// <summary>What is sealed of one decision, so that it can be made again.</summary>
/// <param name="Decision">Names it.</param>
/// <param name="Topic">What was asked about.</param>
/// <param name="Set">The set of policies that was asked, as <see cref="KeptPolicies"/> names it.</param>
/// <param name="Revision">What receipts call that set.</param>
/// <param name="Commitment">What the decision was made of.</param>
/// <param name="Allowed">What the gate made of the answer.</param>
/// <param name="Rule">The rule that decided.</param>
/// <param name="Result">The answer; undefined when there was none.</param>
public sealed record SealedDecision(DecisionId Decision, PolicyTopic Topic, Digest Set, string Revision, DecisionCommitment Commitment, bool Allowed, string Rule, Value Result)
{
    private const int Version = 1;

    /// <summary>The input.</summary>
    public Value Input => JsonIn.Read(Commitment.Text.Span).Get("input");

    /// <summary>The recorded results of builtins; null for none.</summary>
    public IReadOnlyDictionary<Value, Value>? Recorded => RecordedBuiltins.FromList(JsonIn.Read(Commitment.Text.Span).Get("recorded"));

    internal byte[] Write()
    {
        var made = new ObjectBuilder(10);
        made.Set("version", Version);
        made.Set("decision", Decision.ToString());
        made.Set("topic", Topic.Name());
        made.Set("set", Set.ToString());
        made.Set("revision", Revision);
        made.Set("salt", Convert.ToBase64String(Commitment.Salt));
        made.Set("text", Encoding.UTF8.GetString(Commitment.Text.Span));
        made.Set("allowed", Allowed);
        made.Set("rule", Rule);
        if (Result.IsDefined)
        {
            made.Set("result", Result);
        }

        var text = new ArrayBufferWriter<byte>(2_048);
        JsonOut.Write(text, made.ToObject());
        return text.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">The text is of another form.</exception>
    internal static SealedDecision Read(ReadOnlySpan<byte> text)
    {
        try
        {
            var value = JsonIn.Read(text);
            var topic = Text(value, "topic");
            return value.Get("version").TryGetInt64(out var version) && version == Version
                ? new(
                    DecisionId.Parse(Text(value, "decision")), PolicyTopics.All.First(t => t.Name() == topic), Digest.Parse(Text(value, "set")), Text(value, "revision"),
                    DecisionCommitment.Of(Convert.FromBase64String(Text(value, "salt")), Encoding.UTF8.GetBytes(Text(value, "text"))), value.Get("allowed").IsTrue, Text(value, "rule"),
                    value.Get("result"))
                : throw new FormatException("It was sealed by another version.");
        }
        catch (Exception e) when (e is ValueFormatException or InvalidOperationException)
        {
            throw new FormatException($"What was sealed cannot be read: {e.Message}", e);
        }
    }

    private static string Text(in Value value, string name) => value.Get(name).TryGetString(out var text) ? text : throw new FormatException($"What was sealed has no {name}.");
}
