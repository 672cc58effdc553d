using Crank.Carbon;
using Crank.Cli.Embedded;
using Crank.Core;
using Crank.Mesh;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Place;
using Crank.Mesh.Run;
using Crank.Node.Facts;
using Crank.Storage;
using Crank.Trust.Keys;
using Crank.Trust.Statements;

namespace Crank.Load;

/// <summary>An embedded mesh as <c>crank</c> composes it, but with the durability, the limit and the workers that a measurement asks for.</summary>
internal sealed class LoadMesh : IAsyncDisposable
{
    private readonly DataFolderLock _lock;
    private readonly KeyRing _keys;

    private LoadMesh(DataFolderLock held, SqliteStore store, KeyRing keys, Controller controller) =>
        (_lock, Store, _keys, Controller) = (held, store, keys, controller);

    public Controller Controller { get; }

    public SqliteStore Store { get; }

    public IReadOnlyList<TrustedKey> Keys => _keys.Keys;

    public string Origin => _keys.Current.Public.Name;

    /// <summary>Opens a folder, makes it on first use, and recovers what a crash left.</summary>
    public static Task<LoadMesh> OpenAsync(string folder, StoreDurability durability, IDispatcher dispatcher, Isolation isolation, params string[] services) =>
        OpenAsync(folder, durability, dispatcher, isolation, [.. services.SelectMany(service => BuiltInServices.Of(service, Currency.Eur))], settings => settings);

    /// <summary>Opens a folder with capabilities and settings of the measurement's own.</summary>
    public static async Task<LoadMesh> OpenAsync(
        string folder, StoreDurability durability, IDispatcher dispatcher, Isolation isolation, Capability[] capabilities, Func<ControllerSettings, ControllerSettings> configure)
    {
        var held = await DataFolderLock.TakeAsync(folder, TimeSpan.FromSeconds(10), null, TimeProvider.System, CancellationToken.None);
        SqliteStore? store = null;
        try
        {
            store = SqliteStore.Open(Path.Combine(folder, "crank.db"), durability);
            var keys = KeyRing.OpenOrCreate(Path.Combine(folder, "keys"), "load.local/1", TimeProvider.System.GetUtcNow());
            var controller = await Controller.OpenAsync(
                configure(new() { Origin = keys.Current.Public.Name, OwnerLimitMicros = -1_000_000_000_000, Hardware = Embodied.Default(NodeFacts.Read().Cores) }),
                new(
                    store, BlobStore.Open(Path.Combine(folder, "blobs"), BlobLimits.Default, TimeProvider.System), () => keys.Current,
                    new OfferBook(new CapabilityCatalogue(capabilities), LocalOffers.Of(capabilities, isolation, Zone.Unknown, TimeProvider.System.GetUtcNow())),
                    dispatcher, ZoneTable.BuiltIn, TimeProvider.System, new IdSource(TimeProvider.System, new Random()), SaltedDigest.NewSalt));
            return new(held, store, keys, controller);
        }
        catch
        {
            if (store is not null)
            {
                await store.DisposeAsync();
            }

            held.Dispose();
            throw;
        }
    }

    /// <summary>The meters that <c>crank</c> uses.</summary>
    public static EnergyMetering Meters() => new([new RaplMeter(TimeProvider.System), new CpuTimeMeter(PowerCurve.Default)], TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Controller.DisposeAsync();
        await Store.DisposeAsync();
        _keys.Dispose();
        _lock.Dispose();
    }
}
