using System.Collections.Immutable;
using Crank.Core;
using Crank.Trust.Keys;
using Crank.Trust.Log;
using Crank.Trust.Notes;
using Crank.Trust.Statements;
using Crank.Trust.Verify;

namespace Crank.Trust.Tests;

/// <summary>Receipts that name every member, and as few as possible; and the log that holds them.</summary>
internal static class Samples
{
    public const string Origin = "mesh.example/log";

    public static readonly DateTimeOffset Finished = new(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);

    public static readonly SigningKey Key = SigningKey.FromSeed(Origin, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

    public static TrustedKey Trusted => new(Key.Public);

    public static Receipt Full { get; } = new(
        Origin,
        JobId.Parse("01KGFJ0000000000000000000A"),
        JobId.Parse("01KGFJ00000000000000000009"),
        TenantId.Parse("acme"),
        PrincipalId.Parse("agent-7"),
        CapabilityVersion.Parse("doc.convert@1.2.0"),
        new Terms(Preference.Parse("cheapest=0.7,greenest=0.3"), Money.Parse("0.05 EUR"), Duration.Parse("30s"), [Zone.Parse("de"), Zone.Parse("fr")], DataClass.Parse("internal"), IsolationLevel.StrongPlus),
        JobState.Done,
        Outcome.Done,
        null,
        new Decision(DecisionId.Parse("01KGFJ0000000000000000000B"), Allowed: true, "embedded.owner", "built-in/1", "The owner of the data folder may do anything; \"é\" and \u2028 survive.\n", new Constraints([Zone.Parse("de")], IsolationLevel.Medium, Money.Parse("0.04 EUR"))),
        new Plan(
            "cheapest",
            Digest.Of("snapshot"u8),
            4,
            new Dictionary<Unit, Quantity> { [Unit.Page] = Quantity.Parse("12"), [Unit.Job] = Quantity.One }.ToImmutableSortedDictionary(),
            1,
            1,
            [new Candidate(OfferId.Parse("01KGFJ0000000000000000000C"), NodeId.Parse("local"), Money.Parse("0.0125 EUR"), 0.0125), new Candidate(OfferId.Parse("01KGFJ0000000000000000000D"), NodeId.Parse("shelf-2"), Money.Parse("0.02 EUR"), 1e-7)],
            [new Loser(OfferId.Parse("01KGFJ0000000000000000000E"), NodeId.Parse("shelf-3"), LossReason.Budget, "0.06 EUR is over the budget of 0.05 EUR"), new Loser(OfferId.Parse("01KGFJ0000000000000000000F"), NodeId.Parse("shelf-4"), LossReason.Score, "3 is over 1")],
            new Dictionary<LossReason, int> { [LossReason.Budget] = 1, [LossReason.Score] = 1 }.ToImmutableSortedDictionary()),
        [
            new Attempt(1, OfferId.Parse("01KGFJ0000000000000000000C"), NodeId.Parse("local"), null, Isolation.None, Finished.AddSeconds(-2), Duration.Parse("500ms"), Outcome.NotDone, ErrorCode.Parse("busy")),
            new Attempt(2, OfferId.Parse("01KGFJ0000000000000000000D"), NodeId.Parse("shelf-2"), WorkerId.Parse("doc-3"), Isolation.Parse("process+env+rlimits+seccomp"), Finished.AddSeconds(-1), Duration.Parse("1.0000003s"), Outcome.Done, null),
        ],
        new Charge(
            Money.Parse("0.02 EUR"),
            [new ChargeLine(Unit.Page, Quantity.Parse("12"), Money.Parse("0.001 EUR"), Money.Parse("0.012 EUR"))],
            Money.Parse("0.012 EUR"),
            [new Share(AccountId.Parse("provider/local"), Money.Parse("0.0084 EUR")), new Share(AccountId.Parse("platform"), Money.Parse("0.0036 EUR"))]),
        new Footprint(
            FootprintTier.Measured, "rapl", new Joules(12.5), new Joules(11), new Joules(14.75), Zone.Parse("de"), new GramsCo2ePerKwh(380.5), "official figure 2025",
            new GramsCo2e(1e-6), Unit.Job, new GramsCo2e(0.0013222222222222223), new GramsCo2e(0.001), new GramsCo2e(0.002)),
        Digest.Of("salted input"u8),
        Digest.Of("salted output"u8),
        Finished.AddSeconds(-3).AddTicks(1),
        Finished,
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    public static Receipt Refused { get; } = new(
        Origin,
        JobId.Parse("01KGFJ0000000000000000000G"),
        null,
        TenantId.Owner,
        PrincipalId.Parse("owner"),
        CapabilityVersion.Parse("echo@1.0.0"),
        Terms.Default,
        JobState.Refused,
        Outcome.NotDone,
        ErrorCode.Parse("no-funds"),
        null,
        null,
        [],
        Charge.None(Money.Parse("0.00 EUR")),
        null,
        Digest.Of("salted input"u8),
        null,
        Finished,
        Finished,
        null);

    /// <summary>A log of <paramref name="size"/> receipts, and the file of the one at <paramref name="index"/>.</summary>
    public static ReceiptFile FileOf(Receipt receipt, int index = 2, int size = 5, SigningKey? statementKey = null, SigningKey? checkpointKey = null)
    {
        var signed = SignedStatement.Sign(receipt, statementKey ?? Key);
        var leaves = Enumerable.Range(0, size).Select(i => i == index ? signed.Leaf : LogHasher.Leaf([(byte)i])).ToArray();
        var (state, nodes) = TransparencyLog.Append(LogState.Empty, leaves);
        var proof = LogProof.Inclusion(index, size, (level, at) => nodes.Single(n => n.Level == level && n.Index == at).Hash);
        var checkpoint = new Checkpoint((checkpointKey ?? Key).Public.Name, size, state.Root).Sign(checkpointKey ?? Key);
        Assert.True(Trust.Envelopes.DsseEnvelope.TryParse(signed.Envelope, out var envelope, out _));
        return new ReceiptFile(envelope, index, size, proof, checkpoint.Encode());
    }

    public static string Golden(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name)).TrimEnd('\n');
}
