using System.Text;
using System.Text.Json;
using Crank.Core;

namespace Crank.Storage.Tests;

/// <summary>One row of each kind for each number, the same every time it is asked for.</summary>
internal static class Rows
{
    internal static TenantId Tenant { get; } = TenantId.Parse("tenant");

    internal static DateTimeOffset At(int n) => new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks((n * TimeSpan.TicksPerMinute) + 7);

    internal static Digest Digest(int n) => Core.Digest.Of(BitConverter.GetBytes(n));

    internal static AccountRow Account(int n) => new(AccountId.Parse($"provider/{n}"), Currency.Eur, -n, n, -100_000_000, 1);

    internal static JobRow Job(int n) => new(
        new(Id(n)),
        n % 2 == 0 ? new JobId(Id(n + 1_000)) : null,
        Tenant,
        PrincipalId.Parse("agent/7"),
        CapabilityVersion.Parse("doc.convert@1.2.0"),
        JobState.Funded,
        n % 2 == 0 ? $"key {n}" : null,
        Digest(n),
        Encoding.UTF8.GetBytes($$"""{"budget":{{n}}}"""),
        n % 2 == 0 ? null : "{\"allowed\":true}"u8.ToArray(),
        n % 3 == 0 ? null : "{\"scorer\":\"cheapest\"}"u8.ToArray(),
        At(n),
        null,
        null,
        null,
        1);

    internal static HoldRow Hold(int n) => new(Job(n).Id, Account(n).Id, n, HoldStatus.Open, At(n), 1);

    internal static KeyRow Key(int n) => new(new(Tenant, $"key {n}"), Digest(n), Job(n).Id, At(n));

    internal static TransferRow Transfer(int n) =>
        new(new(Id(n)), n % 2 == 0 ? null : Job(n).Id, Account(n).Id, Account(n + 1).Id, Currency.Eur, n, "charge", At(n));

    internal static byte[] NodeHash(int level, long index) => Core.Digest.Of(Encoding.UTF8.GetBytes($"{level}/{index}")).ToBytes();

    /// <summary>Every complete subtree of a log of that size.</summary>
    internal static IEnumerable<LogNodeRow> Tree(int size)
    {
        for (var level = 0; size >> level > 0; level++)
        {
            for (var index = 0; index < size >> level; index++)
            {
                yield return new(level, index, NodeHash(level, index));
            }
        }
    }

    /// <summary>The subtrees that the n-th leaf completes, itself included.</summary>
    internal static IEnumerable<LogNodeRow> Completed(int n)
    {
        for (var level = 0; n >> level << level == n; level++)
        {
            yield return new(level, (n >> level) - 1, NodeHash(level, (n >> level) - 1));
        }
    }

    /// <summary>One row in every list; no two numbers clash, and the first <c>n</c> of them make a log of that size.</summary>
    internal static Batch Full(int n) => Batch(batch =>
    {
        batch.RemovedKeys.Add(new(Tenant, "never used"));
        batch.Accounts.Add(Account(n));
        batch.Keys.Add(Key(n));
        batch.Holds.Add(Hold(n));
        batch.Jobs.Add(Job(n));
        batch.Transfers.Add(Transfer(n));
        batch.Receipts.Add(new(Job(n).Id, n - 1, Encoding.UTF8.GetBytes($"envelope {n}")));
        batch.LogNodes.Add(new(0, n - 1, NodeHash(0, n - 1)));
        batch.Checkpoints.Add(new(n, $"mesh.example/log\n{n}\n\n— signature"));
        batch.Snapshots.Add(new(Digest(n), Encoding.UTF8.GetBytes($"offers {n}")));
        batch.BlobRefs.Add(new(Digest(n), Job(n).Id, At(n)));
        batch.Meta.Add(new($"name {n}", BitConverter.GetBytes(n)));
        batch.Records.Add(Record(n));
        batch.Queue.Add(Queued(n));
        batch.Inputs.Add(Input(n));
    });

    internal static RecordRow Record(int n) => new("key", Tenant, $"record {n}", Encoding.UTF8.GetBytes($$"""{"n":{{n}}}"""), n % 2 == 0 ? null : At(n), 1);

    internal static QueueRow Queued(int n) => new(
        Job(n).Id, Tenant, CapabilityVersion.Parse("doc.convert@1.2.0"), n, n % 2 == 0, At(n), At(n + 1), n, n, false, null, n % 2 == 0 ? [] : [Digest(n), Digest(n + 1)],
        n % 2 == 0 ? null : "[]"u8.ToArray(), 1);

    internal static InputRow Input(int n) => n % 2 == 0 ? new(Job(n).Id, 1L << 20, null, Digest(n)) : new(Job(n).Id, 2, "{}"u8.ToArray(), null);

    internal static Batch Batch(Action<Batch> fill)
    {
        var batch = new Batch();
        fill(batch);
        return batch;
    }

    /// <summary>Equal by value, bytes included, which records compare by reference.</summary>
    internal static void AssertSame<T>(T expected, T actual) => Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));

    internal static void AssertSame<T>(IReadOnlyList<T> expected, IReadOnlyList<T> actual) =>
        Assert.Equal(expected.Select(row => JsonSerializer.Serialize(row)), actual.Select(row => JsonSerializer.Serialize(row)));

    private static SortableId Id(int n) => new(((UInt128)1_770_000_000_000 << 80) + (uint)n);
}
