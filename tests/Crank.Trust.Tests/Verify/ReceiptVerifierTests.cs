using System.Text;
using Crank.Trust.Canonical;
using Crank.Trust.Envelopes;
using Crank.Trust.Keys;
using Crank.Trust.Log;
using Crank.Trust.Notes;
using Crank.Trust.Statements;
using Crank.Trust.Verify;

namespace Crank.Trust.Tests.Verify;

public sealed class ReceiptVerifierTests
{
    private static readonly byte[] Good = Samples.FileOf(Samples.Full).Encode();

    [Fact]
    public void A_receipt_is_verified_with_the_file_and_the_public_key_alone()
    {
        var verified = Assert.IsType<ReceiptVerification.Verified>(Verify(Good));
        Assert.Equal(Samples.Full.Job, verified.Receipt.Job);
        Assert.Equal("doc.convert@1.2.0", verified.Statement.Predicate.GetProperty("capability").GetString());
        Assert.Equal(Samples.Key.Public, verified.Signer);
        Assert.Equal((2, 5), (verified.Index, verified.Checkpoint.Size));
        Assert.IsType<ReceiptVerification.Verified>(ReceiptVerifier.Verify(Good, [Samples.Trusted], Samples.Origin));
        Assert.IsType<ReceiptVerification.Verified>(Verify(Samples.FileOf(Samples.Refused, 0, 1).Encode()));
    }

    [Fact]
    public void The_file_is_exactly_the_golden_one()
    {
        Assert.Equal(Samples.Golden("receipt-full.json"), Encoding.UTF8.GetString(Good));
        Assert.True(CanonicalJson.IsCanonical(Good));
    }

    [Fact]
    public void Any_flipped_bit_fails()
    {
        byte[] changed = [.. Good];
        for (var bit = 0; bit < changed.Length * 8; bit++)
        {
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            MustFail(changed, $"bit {bit % 8} of byte {bit / 8}");
            changed[bit / 8] = Good[bit / 8];
        }
    }

    [Fact]
    public void Any_other_byte_at_a_sample_of_places_fails()
    {
        byte[] changed = [.. Good];
        for (var at = 0; at < changed.Length; at += 61)
        {
            for (var value = 0; value < 256; value++)
            {
                if (value != Good[at])
                {
                    changed[at] = (byte)value;
                    MustFail(changed, $"byte {at} is {value}");
                }
            }

            changed[at] = Good[at];
        }
    }

    [Fact]
    public void Any_truncation_removal_or_insertion_fails()
    {
        for (var at = 0; at < Good.Length; at++)
        {
            MustFail(Good[..at], $"cut at {at}");
            MustFail([.. Good[..at], .. Good[(at + 1)..]], $"without byte {at}");
            foreach (var inserted in " 0A"u8)
            {
                MustFail([.. Good[..at], inserted, .. Good[at..]], $"{inserted} before byte {at}");
            }
        }

        foreach (var added in " \n\t\0{"u8)
        {
            MustFail([.. Good, added], $"{added} at the end");
            MustFail([added, .. Good], $"{added} at the beginning");
        }

        MustFail([0xef, 0xbb, 0xbf, .. Good], "byte order mark");
        MustFail([.. Good, .. Good], "twice");
    }

    [Theory]
    [InlineData("{\"checkpoint\"", "{\"checkpoint\" ", ReceiptFault.NotCanonical)]
    [InlineData("\"mediaType\"", "\"more\":1,\"mediaType\"", ReceiptFault.NotCanonical)]
    [InlineData("\"index\":2,\"treeSize\":5", "\"treeSize\":5,\"index\":2", ReceiptFault.NotCanonical)]
    [InlineData("\"index\":2", "\"index\":2,\"index\":2", ReceiptFault.NotAReceipt)]
    [InlineData("\"index\":2", "\"index\":3", ReceiptFault.NotIncluded)]
    [InlineData("\"index\":2", "\"index\":-1", ReceiptFault.NotIncluded)]
    [InlineData("\"index\":2", "\"index\":99999999999999999999", ReceiptFault.NotAReceipt)]
    [InlineData("\"treeSize\":5", "\"treeSize\":6", ReceiptFault.BadCheckpoint)]
    [InlineData("+json\"}", "+json\",\"z\":null}", ReceiptFault.NotCanonical)]
    [InlineData("receipt.v1+json", "receipt.v2+json", ReceiptFault.UnknownVersion)]
    [InlineData("\"keyid\":\"mesh", "\"keyid\":\"mash", ReceiptFault.UnknownKey)]
    [InlineData("\"keyid\":\"", "\"keyid\":\"\",\"x\":\"", ReceiptFault.NotCanonical)]
    [InlineData("mesh.example/log\\n5\\n", "mesh.example/log\\n6\\n", ReceiptFault.BadCheckpoint)]
    [InlineData("mesh.example/log\\n5\\n", "mash.example/log\\n5\\n", ReceiptFault.OtherOrigin)]
    [InlineData("\\n\\n\u2014", "\\nextension\\n\\n\u2014", ReceiptFault.BadCheckpoint)]
    public void What_was_changed_is_said(string part, string instead, ReceiptFault fault)
    {
        var text = Encoding.UTF8.GetString(Good);
        var changed = text.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        Assert.Contains(fault, Faults(Verify(Encoding.UTF8.GetBytes(changed))));
    }

    [Fact]
    public void A_key_that_is_not_trusted_is_named()
    {
        using var other = SigningKey.Generate(Samples.Origin);
        var failed = Assert.IsType<ReceiptVerification.Failed>(ReceiptVerifier.Verify(Good, [new TrustedKey(other.Public)]));
        Assert.All(failed.Failures, f => Assert.Equal(ReceiptFault.UnknownKey, f.Fault));
        Assert.Contains(Samples.Key.Public.Id, failed.Failures[0].Text, StringComparison.Ordinal);
        Assert.Contains("none was given", Assert.IsType<ReceiptVerification.Failed>(ReceiptVerifier.Verify(Good, [])).Failures[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_signed_by_another_key_under_the_trusted_ones_id_fails()
    {
        using var thief = SigningKey.Generate(Samples.Origin);
        var file = Samples.FileOf(Samples.Full, statementKey: thief);
        var renamed = file with { Envelope = file.Envelope with { Signatures = [file.Envelope.Signatures[0] with { KeyId = Samples.Key.Public.Id }] } };
        Assert.Contains(ReceiptFault.BadSignature, Faults(Verify(renamed.Encode())));
    }

    [Fact]
    public void A_checkpoint_signed_by_another_key_fails_even_if_it_holds_the_statement()
    {
        using var thief = SigningKey.Generate(Samples.Origin);
        Assert.Equal([ReceiptFault.UnknownKey], Faults(Verify(Samples.FileOf(Samples.Full, checkpointKey: thief).Encode())));

        var good = Samples.FileOf(Samples.Full);
        Assert.True(SignedNote.TryParse(good.Checkpoint, out var note, out _));
        var forged = new Checkpoint(Samples.Origin, 5, LogHasher.EmptyRoot).ToString();
        Assert.Contains(ReceiptFault.BadSignature, Faults(Verify((good with { Checkpoint = (note with { Text = forged }).Encode() }).Encode())));
    }

    [Fact]
    public void A_true_checkpoint_of_a_log_that_does_not_hold_the_statement_fails()
    {
        var other = Samples.FileOf(Samples.Refused);
        var file = Samples.FileOf(Samples.Full) with { Checkpoint = other.Checkpoint, Proof = other.Proof };
        Assert.Equal([ReceiptFault.NotIncluded], Faults(Verify(file.Encode())));
    }

    [Fact]
    public void A_signature_line_that_nobody_checks_is_refused()
    {
        var good = Samples.FileOf(Samples.Full);
        using var witness = SigningKey.Generate("witness.example");
        Assert.True(SignedNote.TryParse(good.Checkpoint, out var note, out _));
        var witnessed = (good with { Checkpoint = (note with { Signatures = [.. note.Signatures, SignedNote.Sign(note.Text, witness).Signatures[0]] }).Encode() }).Encode();
        Assert.Equal([ReceiptFault.UnknownKey], Faults(Verify(witnessed)));
        Assert.IsType<ReceiptVerification.Verified>(ReceiptVerifier.Verify(witnessed, [Samples.Trusted, new TrustedKey(witness.Public)]));
    }

    [Fact]
    public void A_second_signature_on_the_statement_is_refused()
    {
        var good = Samples.FileOf(Samples.Full);
        var twice = good with { Envelope = good.Envelope with { Signatures = [.. good.Envelope.Signatures, .. good.Envelope.Signatures] } };
        Assert.Contains(ReceiptFault.BadSignature, Faults(Verify(twice.Encode())));
    }

    [Fact]
    public void A_receipt_of_another_log_is_refused()
    {
        Assert.Contains(ReceiptFault.OtherOrigin, Faults(ReceiptVerifier.Verify(Good, [Samples.Trusted], "another.example/log")));

        using var other = SigningKey.Generate("another.example/log");
        TrustedKey[] both = [Samples.Trusted, new(other.Public)];
        Assert.Contains(ReceiptFault.OtherOrigin, Faults(ReceiptVerifier.Verify(Samples.FileOf(Samples.Full, checkpointKey: other).Encode(), both)));

        var foreign = DsseEnvelope.Sign(InTotoStatement.PayloadType, ReceiptStatement.Encode(Samples.Full), other);
        Assert.Contains(ReceiptFault.OtherOrigin, Faults(ReceiptVerifier.Verify(FileOf(foreign), both)));
        Assert.Throws<ArgumentException>(() => SignedStatement.Sign(Samples.Full, other));
    }

    [Fact]
    public void A_statement_of_another_mesh_does_not_become_ours_by_standing_in_our_log()
    {
        using var other = SigningKey.Generate("another.example/log");
        var foreign = DsseEnvelope.Sign(InTotoStatement.PayloadType, ReceiptStatement.Encode(Samples.Full with { Origin = other.Public.Name }), other);
        Assert.Equal([ReceiptFault.OtherOrigin], Faults(ReceiptVerifier.Verify(FileOf(foreign), [Samples.Trusted, new(other.Public)], Samples.Origin)));
        Assert.Equal([ReceiptFault.OtherOrigin], Faults(ReceiptVerifier.Verify(FileOf(foreign), [Samples.Trusted, new(other.Public)])));
    }

    [Fact]
    public void A_checkpoint_that_only_a_witness_signed_is_refused()
    {
        using var witness = SigningKey.Generate("witness.example");
        var good = Samples.FileOf(Samples.Full);
        var alone = good with { Checkpoint = SignedNote.Sign(good.Checkpoint[..(good.Checkpoint.IndexOf("\n\n", StringComparison.Ordinal) + 1)], witness).Encode() };
        Assert.Equal([ReceiptFault.OtherOrigin], Faults(ReceiptVerifier.Verify(alone.Encode(), [Samples.Trusted, new(witness.Public)])));
    }

    [Fact]
    public void A_retired_key_does_not_vouch_for_what_came_later()
    {
        TrustedKey Until(DateTimeOffset end) => Samples.Trusted with { Until = end };
        Assert.IsType<ReceiptVerification.Verified>(ReceiptVerifier.Verify(Good, [Until(Samples.Finished)]));
        Assert.Equal([ReceiptFault.RetiredKey, ReceiptFault.RetiredKey], Faults(ReceiptVerifier.Verify(Good, [Until(Samples.Finished.AddTicks(-1))])));
    }

    [Fact]
    public void A_receipt_stays_verifiable_after_its_key_was_rotated()
    {
        using var next = SigningKey.Generate(Samples.Origin);
        TrustedKey[] ring = [Samples.Trusted with { Until = Samples.Finished.AddDays(1) }, new(next.Public, Samples.Finished.AddDays(1))];
        Assert.IsType<ReceiptVerification.Verified>(ReceiptVerifier.Verify(Good, ring));
        Assert.IsType<ReceiptVerification.Verified>(ReceiptVerifier.Verify(Samples.FileOf(Samples.Full, checkpointKey: next).Encode(), ring));
    }

    [Fact]
    public void A_signed_payload_that_is_no_receipt_of_this_version_is_refused()
    {
        byte[] Signed(string type, string payload) => FileOf(DsseEnvelope.Sign(type, Encoding.UTF8.GetBytes(payload), Samples.Key));
        var statement = Encoding.UTF8.GetString(ReceiptStatement.Encode(Samples.Full));
        Assert.IsType<ReceiptVerification.Verified>(Verify(Signed(InTotoStatement.PayloadType, statement)));
        Assert.Equal([ReceiptFault.BadStatement], Faults(Verify(Signed("text/plain", statement))));
        Assert.Equal([ReceiptFault.BadStatement], Faults(Verify(Signed(InTotoStatement.PayloadType, "{}"))));
        Assert.Equal([ReceiptFault.BadStatement], Faults(Verify(Signed(InTotoStatement.PayloadType, statement + " "))));
        Assert.Equal([ReceiptFault.UnknownVersion], Faults(Verify(Signed(InTotoStatement.PayloadType, statement.Replace("receipt/v1", "receipt/v9", StringComparison.Ordinal)))));
    }

    [Fact]
    public void Base64_has_one_form()
    {
        var text = Encoding.UTF8.GetString(Good);
        var end = text.IndexOf("==\"", StringComparison.Ordinal);
        Assert.True(end > 0);
        var loose = text[..(end - 1)] + (char)(text[end - 1] + 1) + text[end..];
        Assert.Contains(ReceiptFault.NotAReceipt, Faults(Verify(Encoding.UTF8.GetBytes(loose))));
    }

    [Fact]
    public void Size_and_proof_have_a_limit()
    {
        Assert.Equal([ReceiptFault.TooLarge], Faults(Verify(new byte[ReceiptFile.MaxBytes + 1])));
        Assert.Equal([ReceiptFault.NotAReceipt], Faults(Verify(new byte[ReceiptFile.MaxBytes])));
        var good = Samples.FileOf(Samples.Full);
        Assert.Equal([ReceiptFault.NotIncluded], Faults(Verify((good with { Proof = [.. Enumerable.Repeat(LogHasher.EmptyRoot, 64)] }).Encode())));
        Assert.Equal([ReceiptFault.NotAReceipt], Faults(Verify((good with { Proof = [.. Enumerable.Repeat(LogHasher.EmptyRoot, 65)] }).Encode())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"mediaType\":1}")]
    [InlineData("{\"mediaType\":\"application/vnd.crank.receipt.v1+json\"}")]
    [InlineData("{\"mediaType\":\"application/vnd.crank.receipt.v1+json\",\"inclusion\":{\"hashes\":{}}}")]
    public void What_is_no_receipt_at_all_is_answered_too(string file)
    {
        var failed = Assert.IsType<ReceiptVerification.Failed>(Verify(Encoding.UTF8.GetBytes(file)));
        Assert.NotEmpty(Assert.Single(failed.Failures).Text);
    }

    private static byte[] FileOf(DsseEnvelope envelope)
    {
        var (state, _) = TransparencyLog.Append(LogState.Empty, [LogHasher.Leaf(envelope.Encode())]);
        return new ReceiptFile(envelope, 0, 1, [], new Checkpoint(Samples.Origin, 1, state.Root).Sign(Samples.Key).Encode()).Encode();
    }

    private static ReceiptVerification Verify(byte[] file) => ReceiptVerifier.Verify(file, [Samples.Trusted]);

    private static ReceiptFault[] Faults(ReceiptVerification verification) =>
        [.. Assert.IsType<ReceiptVerification.Failed>(verification).Failures.Select(f => f.Fault)];

    private static void MustFail(byte[] file, string how)
    {
        if (Verify(file) is ReceiptVerification.Verified)
        {
            Assert.Fail($"A changed receipt was verified: {how}.");
        }
    }
}
