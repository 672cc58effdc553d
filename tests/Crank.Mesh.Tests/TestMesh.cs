using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crank.Carbon;
using Crank.Core;
using Crank.Market;
using Crank.Mesh.Audit;
using Crank.Mesh.Authorize;
using Crank.Mesh.Path;
using Crank.Mesh.Receipts;
using Crank.Storage;
using Crank.Trust.Keys;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Mesh.Tests;

/// <summary>A mesh over a store in memory, with a clock that a test moves and workers that do what it says.</summary>
internal sealed class TestMesh : IAsyncDisposable
{
    public const string Origin = "mesh.test/1";

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SigningKey _key = SigningKey.FromSeed(Origin, SHA256.HashData("a test"u8));

    private TestMesh(MemoryDisk disk, FakeTimeProvider clock, ControllerSettings settings)
    {
        (Disk, Clock, Settings) = (disk, clock, settings);
        Offers = new(OffersOf(clock.GetUtcNow(), Echo));
        Ids = new(Clock, new Random(7));
    }

    public MemoryDisk Disk { get; }

    public FakeTimeProvider Clock { get; }

    public IdSource Ids { get; }

    public ControllerSettings Settings { get; set; }

    public ScriptedWorkers Workers { get; } = new();

    public Capability Capability { get; set; } = Echo;

    public TestOffers Offers { get; set; }

    public BlobStore? Blobs { get; set; }

    public IPolicy? Policy { get; set; }

    public Action<Decision>? Overruled { get; set; }

    /// <summary>What goes wrong with a commit.</summary>
    public Func<Batch, CommitFault>? Fault { get; set; }

    /// <summary>How many rows of each kind every commit since the last opening had.</summary>
    public List<(int Jobs, int Receipts, int Holds, int Transfers)> Commits { get; } = [];

    public MemoryStore Store { get; private set; } = null!;

    public Controller Controller { get; private set; } = null!;

    public static Capability Echo { get; } = CapabilityOf(1_000);

    public static ControllerSettings DefaultSettings { get; } = new() { Origin = Origin, HousekeepEvery = TimeSpan.Zero };

    public IReadOnlyList<TrustedKey> Keys => [new(_key.Public)];

    public static async Task<TestMesh> OpenAsync(ControllerSettings? settings = null, MemoryDisk? disk = null, FakeTimeProvider? clock = null, Action<TestMesh>? prepare = null)
    {
        var mesh = new TestMesh(disk ?? new(), clock ?? new(Start), settings ?? DefaultSettings);
        prepare?.Invoke(mesh);
        await mesh.ReopenAsync();
        return mesh;
    }

    public static Capability CapabilityOf(long micros, string? blobOutput = null, ImmutableArray<PriceLine>? price = null, ImmutableDictionary<Unit, long>? units = null) => new(
        CapabilityVersion.Parse("echo@1.0.0"), "Gives back its message.", Schema("""{"message":{"type":"string"},"file":{"type":"object"}}"""),
        Schema("""{"message":{"type":"string"},"file":{"type":"object"}}"""), "file", blobOutput,
        new(ByteCount.FromKiB(64), ByteCount.FromKiB(64), ByteCount.FromMiB(512), Duration.FromSeconds(2), units ?? ImmutableDictionary<Unit, long>.Empty),
        [new(ErrorCode.Parse("declared"), "It says so.", false)],
        new(Currency.Eur, price ?? [new(Unit.Job, new(micros, Currency.Eur))]), true);

    public static OfferSnapshot OffersOf(DateTimeOffset now, Capability capability, int count = 2, Currency? currency = null) =>
        OfferSnapshot.Of(Enumerable.Range(1, count).Select(i => new Offer(
            new(new((UInt128)(uint)i)), capability.Id, NodeId.Parse($"node-{i}"), AccountId.Parse("provider/local"),
            currency is { } other ? new(other, [new(Unit.Job, new(1_000, other))]) : capability.Price,
            ScriptedWorkers.Strong, now + TimeSpan.FromDays(3650), Zone.Parse("de"), Duration.FromSeconds(0.1 * i), new Joules(1), new GramsCo2ePerKwh(350), 0.99)));

    public static JobRequest Request(string json = """{"message":"hello"}""", string? key = null, Terms? terms = null, JobId? parent = null, string? trace = null) => new(
        TenantId.Owner, PrincipalId.Owner, Echo.Id.Name, null, Encoding.UTF8.GetBytes(json), ImmutableDictionary<string, BlobSource>.Empty, terms ?? Terms.Default, key, parent, trace);

    /// <summary>The process ends without a word, and another one starts on what was durable.</summary>
    public async Task ReopenAsync()
    {
        if (Controller is not null)
        {
            await Controller.DisposeAsync();
        }

        await OpenControllerAsync();
    }

    /// <summary>The process is killed: what it was doing is never heard of again.</summary>
    public Task CrashAsync()
    {
        Controller.Die();
        return OpenControllerAsync();
    }

    private async Task OpenControllerAsync()
    {
        Commits.Clear();
        Store = new(Disk, batch =>
        {
            lock (Commits)
            {
                Commits.Add((batch.Jobs.Count, batch.Receipts.Count, batch.Holds.Count, batch.Transfers.Count));
            }

            return Fault?.Invoke(batch) ?? CommitFault.None;
        });
        Controller = await Controller.OpenAsync(Settings, Parts(Store));
        Commits.Clear();
    }

    public ControllerParts Parts(IStore store) => new(
        store, Blobs, () => _key, Offers.Open(Capability), Workers, ZoneTable.BuiltIn, Clock, Ids, () => SHA256.HashData("salt"u8), Policy, new Random(11), Overruled);

    public Task<JobReport> SubmitAsync(JobRequest? request = null, CancellationToken cancellationToken = default) =>
        Controller.SubmitAsync(request ?? Request(), null, cancellationToken);

    public Money Balance(string account) =>
        Store.Accounts().Where(a => a.Id.ToString() == account).Select(a => new Money(a.BalanceMicros, a.Currency)).Single();

    public LedgerReport Verify() => LedgerVerifier.Verify(Store, Keys, Origin, Clock.GetUtcNow());

    /// <summary>The rule of every end: nothing is charged that was not delivered, nothing stays held, everything adds up.</summary>
    public void AssertCostsNothing(JobReport report)
    {
        Assert.NotNull(report.Refusal);
        Assert.Null(report.Delivery);
        Assert.Equal(Money.Zero(Currency.Eur), Balance("owner"));
        AssertSound();
    }

    public void AssertSound()
    {
        Assert.Empty(Store.Load().OpenHolds);
        Assert.Empty(Store.Load().OpenJobs);
        Assert.Empty(Verify().Findings);
    }

    public Receipt ReceiptOf(JobReport report) => StoredReceipts.Read(Store, report.Job!.Value) ?? throw new InvalidOperationException("No receipt.");

    public ValueTask DisposeAsync() => Controller.DisposeAsync();

    private static JsonElement Schema(string properties) => JsonElement.Parse(
        $$"""{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{{properties}},"required":["message"],"additionalProperties":false}""");
}
