using System.Text;
using Crank.Trust.Envelopes;
using Crank.Trust.Keys;
using Crank.Trust.Log;
using Crank.Trust.Notes;
using Crank.Trust.Statements;
using Crank.Trust.Verify;

namespace Crank.Trust.Tests;

/// <summary>The list in <c>docs/receipts.md</c>, row by row.</summary>
public sealed class DocumentedRefusalTests
{
    private static readonly ReceiptFile Good = Samples.FileOf(Samples.Full);

    private static readonly Dictionary<string, Func<string>> Refusals = new(StringComparer.Ordinal)
    {
        ["another receipt format"] = () => Failures(Changed(Good.Encode(), "receipt.v1+json", "receipt.v2+json")),
        ["another predicate"] = () => Failures(Signed(InTotoStatement.PayloadType, "receipt/v1", "receipt/v2")),
        ["another in-toto statement version"] = () => Failures(Signed(InTotoStatement.PayloadType, "Statement/v1", "Statement/v2")),
        ["another payload type"] = () => Failures(Signed("application/json", "", "")),
        ["more than one signature on a statement"] = () =>
            Failures((Good with { Envelope = Good.Envelope with { Signatures = [.. Good.Envelope.Signatures, .. Good.Envelope.Signatures] } }).Encode()),
        ["checkpoint extension lines"] = () =>
            Failures((Good with { Checkpoint = SignedNote.Sign(NoteOf(Good).Text + "extension\n", Samples.Key).Encode() }).Encode()),
        ["checkpoint signatures by keys that were not given"] = () =>
        {
            using var witness = SigningKey.Generate("witness.example");
            var note = NoteOf(Good);
            return Failures((Good with { Checkpoint = (note with { Signatures = [.. note.Signatures, .. SignedNote.Sign(note.Text, witness).Signatures] }).Encode() }).Encode());
        },
        ["another key ring format"] = () =>
        {
            var folder = Directory.CreateTempSubdirectory("crank-ring-").FullName;
            try
            {
                KeyRing.OpenOrCreate(folder, "mesh", Samples.Finished).Dispose();
                File.WriteAllText(Path.Combine(folder, "ring.json"), "{\"format\":\"crank.keyring/2\",\"keys\":[]}");
                return Assert.Throws<KeyStoreException>(() => KeyRing.Open(folder)).Message;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        },
    };

    [Fact]
    public void Everything_the_document_lists_is_refused_in_its_words()
    {
        var rows = Rows().ToList();
        Assert.Equal(Refusals.Keys.Order(StringComparer.Ordinal), rows.Select(r => r.What).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Contains(row.Words, Refusals[row.What](), StringComparison.Ordinal));
    }

    private static IEnumerable<(string What, string Words)> Rows() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "receipts.md"))
            .SkipWhile(l => l != "## Not supported")
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal))
            .Skip(2)
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (cells[1], cells[2]));

    private static byte[] Changed(byte[] text, string part, string instead) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace(part, instead, StringComparison.Ordinal));

    private static byte[] Signed(string payloadType, string part, string instead)
    {
        var statement = ReceiptStatement.Encode(Samples.Full);
        var envelope = DsseEnvelope.Sign(payloadType, part.Length == 0 ? statement : Changed(statement, part, instead), Samples.Key);
        var (state, _) = TransparencyLog.Append(LogState.Empty, [LogHasher.Leaf(envelope.Encode())]);
        return new ReceiptFile(envelope, 0, 1, [], new Checkpoint(Samples.Origin, 1, state.Root).Sign(Samples.Key).Encode()).Encode();
    }

    private static SignedNote NoteOf(ReceiptFile file) => SignedNote.TryParse(file.Checkpoint, out var note, out var why) ? note : throw new InvalidDataException(why);

    private static string Failures(byte[] file) =>
        string.Join('\n', Assert.IsType<ReceiptVerification.Failed>(ReceiptVerifier.Verify(file, [Samples.Trusted])).Failures.Select(f => f.Text));
}
