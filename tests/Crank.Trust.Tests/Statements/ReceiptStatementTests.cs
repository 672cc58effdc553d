using System.Collections.Immutable;
using System.Text;
using Crank.Core;
using Crank.Trust.Canonical;
using Crank.Trust.Statements;

namespace Crank.Trust.Tests.Statements;

public sealed class ReceiptStatementTests
{
    public static TheoryData<string> Names => ["full", "refused"];

    [Theory, MemberData(nameof(Names))]
    public void A_receipt_is_written_exactly_as_the_golden_file_says(string name)
    {
        var bytes = ReceiptStatement.Encode(Sample(name));
        Assert.Equal(Samples.Golden($"statement-{name}.json"), Encoding.UTF8.GetString(bytes));
        Assert.True(CanonicalJson.IsCanonical(bytes));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_receipt_comes_back_whole(string name)
    {
        var bytes = ReceiptStatement.Encode(Sample(name));
        Assert.True(ReceiptStatement.TryDecode(bytes, out var receipt, out var why), why);
        Assert.Equal(bytes, ReceiptStatement.Encode(receipt));
        Assert.Equal(Sample(name).Job, receipt.Job);
        Assert.Equal(Sample(name).FinishedAt, receipt.FinishedAt);
        Assert.Equal(Sample(name).Charge.Total, receipt.Charge.Total);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_promise_comes_back_whole_and_its_absence_is_not_written(bool hasStarted)
    {
        var promise = new Promise(Samples.Full.Decision! with { Id = DecisionId.Parse("01KGFJ0000000000000000000C") }, Money.Parse("0.05 EUR"), hasStarted ? Samples.Full.AcceptedAt.AddMinutes(1) : null);
        var bytes = ReceiptStatement.Encode(Samples.Full with { Promise = promise });
        Assert.True(CanonicalJson.IsCanonical(bytes));
        Assert.True(ReceiptStatement.TryDecode(bytes, out var receipt, out var why), why);
        Assert.Equal(bytes, ReceiptStatement.Encode(receipt));
        Assert.Equal((promise.Ceiling, promise.StartedAt, promise.Decision.Id), (receipt.Promise!.Ceiling, receipt.Promise.StartedAt, receipt.Promise.Decision.Id));
        Assert.DoesNotContain("promise", Encoding.UTF8.GetString(ReceiptStatement.Encode(Samples.Full)), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_decision_adds_comes_back_whole_and_its_absence_is_not_written()
    {
        var decision = Samples.Full.Decision!;
        var more = decision with
        {
            Constraints = decision.Constraints with { Deadline = Duration.Parse("20s"), Nodes = [NodeId.Parse("shelf-2")], Redact = new(["/customer/email", "/a~1b"], []) },
            Obligations = ["redact /customer/email", "retain 90d"],
            Policy = Digest.Of("a set"u8),
            Input = Digest.Of("an input"u8),
        };
        var bytes = ReceiptStatement.Encode(Samples.Full with { Decision = more });
        Assert.True(CanonicalJson.IsCanonical(bytes));
        Assert.True(ReceiptStatement.TryDecode(bytes, out var receipt, out var why), why);
        Assert.Equal(bytes, ReceiptStatement.Encode(receipt));
        var back = receipt.Decision!;
        Assert.Equal((Duration.Parse("20s"), Digest.Of("a set"u8)), (back.Constraints.Deadline!.Value, back.Policy!.Value));
        Assert.Equal(Digest.Of("an input"u8), back.Input);
        Assert.Equal(["shelf-2"], back.Constraints.Nodes!.Value.Select(n => n.Value));
        Assert.Equal(["/customer/email", "/a~1b"], back.Constraints.Redact!.Input);
        Assert.Empty(back.Constraints.Redact.Output);
        Assert.Equal(["redact /customer/email", "retain 90d"], back.Obligations!.Value);
        Assert.True(ReceiptStatement.TryDecode(ReceiptStatement.Encode(Samples.Full), out var without, out _));
        Assert.Null(without!.Decision!.Input);
        Assert.Equal((null, null, null, null, null), (without.Decision!.Constraints.Deadline, without.Decision.Constraints.Nodes, without.Decision.Constraints.Redact, without.Decision.Obligations, without.Decision.Policy));
    }

    [Fact]
    public void The_subject_is_the_job_with_the_digest_of_what_was_delivered_or_else_of_the_input()
    {
        Assert.True(InTotoStatement.TryParse(ReceiptStatement.Encode(Samples.Full), out var full, out _));
        Assert.Equal(Samples.Full.Job.ToString(), Assert.Single(full.Subjects).Name);
        Assert.Equal(Samples.Full.Output!.Value.Hex, full.Subjects[0].Digests[ReceiptStatement.SubjectDigest]);
        Assert.True(InTotoStatement.TryParse(ReceiptStatement.Encode(Samples.Refused), out var refused, out _));
        Assert.Equal(Samples.Refused.Input.Hex, refused.Subjects[0].Digests[ReceiptStatement.SubjectDigest]);
    }

    [Theory]
    [InlineData("\"job\":\"01", "\"extra\":1,\"job\":\"01", "from byte")]
    [InlineData("\"tenant\":\"acme\"", "\"tenant\": \"acme\"", "from byte")]
    [InlineData("\"agree\":1", "\"agree\":1.0", "")]
    [InlineData("\"held\":\"0.02 EUR\"", "\"held\":\"0.020 EUR\"", "from byte")]
    [InlineData("\"held\":\"0.02 EUR\"", "\"held\":\"lots\"", "lots")]
    [InlineData("\"state\":\"done\"", "\"state\":\"finished\"", "finished")]
    [InlineData("\"energyJoules\":12.5", "\"energyJoules\":-12.5", "")]
    [InlineData("\"tenant\":\"acme\",", "", "")]
    [InlineData("receipt/v1", "receipt/v2", "receipt/v2")]
    [InlineData("\"took\":\"500ms\"", "\"took\":\"0.5s\"", "from byte")]
    [InlineData("\"acceptedAt\":\"2026-02-03T04:05:03.7890001Z\"", "\"acceptedAt\":\"2026-02-03T04:05:03.7890001+00:00\"", "")]
    [InlineData("\"name\":\"01KGFJ0000000000000000000A\"", "\"name\":\"01KGFJ0000000000000000000B\"", "from byte")]
    public void A_statement_that_differs_from_how_it_is_written_is_refused_with_a_reason(string part, string instead, string reason)
    {
        var text = Encoding.UTF8.GetString(ReceiptStatement.Encode(Samples.Full));
        var changed = text.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        Assert.False(ReceiptStatement.TryDecode(Encoding.UTF8.GetBytes(changed), out _, out var why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }

    [Fact]
    public void Reasons_are_written_in_the_order_of_their_names_whatever_their_numbers()
    {
        var plan = Samples.Full.Plan! with { Losses = Enum.GetValues<LossReason>().ToImmutableSortedDictionary(r => r, r => (int)r + 1) };
        var bytes = ReceiptStatement.Encode(Samples.Full with { Plan = plan });
        Assert.True(ReceiptStatement.TryDecode(bytes, out var receipt, out _));
        Assert.Equal(plan.Losses, receipt.Plan!.Losses);
    }

    [Fact]
    public void A_salted_digest_tells_nothing_without_the_salt()
    {
        var content = Digest.Of("content"u8);
        var salt = SaltedDigest.NewSalt();
        Assert.Equal(SaltedDigest.Of(salt, content), SaltedDigest.Of(salt, content));
        Assert.NotEqual(SaltedDigest.Of(salt, content), SaltedDigest.Of(SaltedDigest.NewSalt(), content));
        Assert.NotEqual(content, SaltedDigest.Of(salt, content));
        Assert.Equal(Digest.Of([.. salt, .. content.ToBytes()]), SaltedDigest.Of(salt, content));
        Assert.Throws<ArgumentException>(() => SaltedDigest.Of(salt.AsSpan(1), content));
    }

    private static Receipt Sample(string name) => name == "full" ? Samples.Full : Samples.Refused;
}
