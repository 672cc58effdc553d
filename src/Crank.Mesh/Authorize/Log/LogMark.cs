using System.Buffers;
using Crank.Core;
using Crank.Rego.Decide;
using Crank.Rego.Values;
using Crank.Trust.Envelopes;
using Crank.Trust.Keys;

namespace Crank.Mesh.Authorize.Log;

/// <summary>
/// A line of the log that its writer says of the log itself, signed with the mesh's key: where a run begins and ends, and what was lost between two decisions. It
/// has the shape of an event whose path is <see cref="Path"/>, so that tools for OPA's logs read over it.
/// </summary>
/// <param name="Kind">What it says.</param>
/// <param name="Run">Names the run of the writer; numbers count within it.</param>
/// <param name="First">Of a gap the number of the first decision that was lost; else that of the next decision.</param>
/// <param name="Last">Of a gap the number of the last decision that was lost; else one less than <paramref name="First"/>.</param>
/// <param name="Dropped">How many decisions before it were left out by rule since the line before.</param>
/// <param name="Written">Decisions written in this run by now.</param>
/// <param name="DroppedInAll">Decisions left out by rule in this run by now.</param>
/// <param name="LostInAll">Decisions lost in this run by now, this gap among them.</param>
/// <param name="Chain">SHA-256 over the mark before and all lines since, each with its line feed; of the first mark, over nothing.</param>
/// <param name="Unclean">Of a beginning: the run before did not end, so that its last decisions may be missing and are not covered by any mark.</param>
/// <param name="At">When it was written.</param>
public sealed record LogMark(
    LogMarkKind Kind, string Run, long First, long Last, long Dropped, long Written, long DroppedInAll, long LostInAll, Digest Chain, bool Unclean, DateTimeOffset At)
{
    /// <summary>The path of the event.</summary>
    public const string Path = "crank/log/mark";

    /// <summary>What is signed besides the mark itself (DSSE v1's encoding), so that no other signature of the key can be one of a mark.</summary>
    public const string PayloadType = "application/vnd.crank.decision-log.mark+json";

    private const int MaxSignature = 128;

    /// <summary>How many decisions a gap lost.</summary>
    public long Count => checked(Last - First + 1);

    /// <summary>The line, without its line feed.</summary>
    public byte[] Sign(SigningKey key, IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(key);
        var body = Body();
        var signature = new byte[SigningKey.SignatureSize];
        key.Sign(Encoding(body), signature);
        var custom = new ObjectBuilder(1);
        var own = new ObjectBuilder(2);
        own.Set("keyid", key.Public.Id);
        own.Set("sig", Convert.ToBase64String(signature));
        custom.Set(LogLine.Own, own.ToObject());
        var line = new DecisionEvent
        {
            DecisionId = $"{Run}-{(Kind == LogMarkKind.Gap ? First : Written + DroppedInAll + LostInAll)}-{Kind.ToString().ToLowerInvariant()}",
            Timestamp = At,
            Path = Path,
            Labels = labels,
            Result = body,
            Custom = custom.ToObject(),
        };
        var bytes = new ArrayBufferWriter<byte>(512);
        JsonOut.Write(bytes, line.ToValue());
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads a mark out of an event.</summary>
    /// <param name="line">The event.</param>
    /// <param name="keys">The keys that the mesh signs or signed with.</param>
    /// <param name="why">What is wrong with it.</param>
    /// <returns>Null when it is no mark, or not signed by one of the keys.</returns>
    public static LogMark? Read(in Value line, IReadOnlyCollection<VerificationKey> keys, out string? why)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var own = line.Get("custom").Get(LogLine.Own);
        var body = line.Get("result");
        if (body.Kind != ValueKind.Object || !own.Get("keyid").TryGetString(out var id) || !own.Get("sig").TryGetString(out var text) || Parsed(body) is not { } mark)
        {
            why = "The mark cannot be read.";
            return null;
        }

        var signature = new byte[MaxSignature];
        if (!Convert.TryFromBase64String(text, signature, out var length) || keys.FirstOrDefault(key => key.Id == id) is not { } signer)
        {
            why = $"The mark is signed by '{id}', which is no key of this mesh.";
            return null;
        }

        if (!signer.Verify(Encoding(body), signature.AsSpan(0, length)))
        {
            why = $"The signature of the mark was not made by {id}: the mark was changed.";
            return null;
        }

        why = null;
        return mark;
    }

    private static byte[] Encoding(in Value body)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        JsonOut.Write(bytes, body);
        return DsseEnvelope.PreAuthenticationEncoding(PayloadType, bytes.WrittenSpan);
    }

    private static LogMark? Parsed(in Value body) =>
        body.Get("mark").TryGetString(out var kind) && Enum.TryParse<LogMarkKind>(kind, ignoreCase: true, out var parsed) && body.Get("run").TryGetString(out var run)
            && body.Get("first").TryGetInt64(out var first) && body.Get("last").TryGetInt64(out var last) && body.Get("dropped").TryGetInt64(out var dropped)
            && body.Get("written").TryGetInt64(out var written) && body.Get("droppedInAll").TryGetInt64(out var droppedInAll) && body.Get("lostInAll").TryGetInt64(out var lost)
            && body.Get("chain").TryGetString(out var hash) && Digest.TryParse(hash, null, out var chain) && body.Get("at").TryGetString(out var text)
            && DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var at) && first >= 0 && last >= first - 1
            ? new(parsed, run, first, last, dropped, written, droppedInAll, lost, chain, body.Get("unclean").IsTrue, at)
            : null;

    private ObjectValue Body()
    {
        var body = new ObjectBuilder(12);
        body.Set("mark", Kind.ToString().ToLowerInvariant());
        body.Set("run", Run);
        body.Set("first", First);
        body.Set("last", Last);
        body.Set("count", Count);
        body.Set("dropped", Dropped);
        body.Set("written", Written);
        body.Set("droppedInAll", DroppedInAll);
        body.Set("lostInAll", LostInAll);
        body.Set("chain", Chain.ToString());
        body.Set("unclean", Unclean);
        body.Set("at", At.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        return body.ToObject();
    }
}
