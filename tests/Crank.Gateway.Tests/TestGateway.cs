using System.Collections.Immutable;
using System.Net.Sockets;
using System.Security.Cryptography;
using Crank.Carbon;
using Crank.Core;
using Crank.Mesh;
using Crank.Mesh.Registry;
using Crank.Mesh.Tenants;
using Crank.Storage;
using Crank.Trust.Keys;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Gateway.Tests;

/// <summary>A real server on a free port and a socket of its own, over a mesh in memory, with a clock that a test moves and workers that do what it says.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    public const string Origin = "mesh.test/1";

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SigningKey _key = SigningKey.FromSeed(Origin, SHA256.HashData("a test"u8));
    private readonly List<HttpClient> _clients = [];
    private GatewayHost _host = null!;
    private GatewayOptions _options = null!;
    private Func<GatewayParts, GatewayParts> _parts = parts => parts;

    private TestGateway(FakeTimeProvider clock) => Clock = clock;

    /// <summary>The data folder, short enough for a socket's path.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("cg-").FullName;

    public TestIdentity Identity { get; } = new();

    public FakeTimeProvider Clock { get; }

    public TestWorkers Workers { get; } = new();

    public MemoryStore Store { get; private set; } = null!;

    public BlobStore Blobs { get; private set; } = null!;

    public Controller Controller { get; private set; } = null!;

    /// <summary>Who serves what; the capabilities of the test are those of the built-in service <c>test</c>.</summary>
    public ServiceRegistry Registry { get; private set; } = null!;

    public GatewayHost Host => _host;

    public string Socket => Path.Combine(Folder, "s");

    /// <summary>The address it listens on for everybody, e.g. <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>A client without any credential.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    /// <summary>A client over the owner's socket.</summary>
    public HttpClient Owner { get; private set; } = null!;

    public static async Task<TestGateway> StartAsync(Func<GatewayOptions, GatewayOptions>? configure = null, params ImmutableArray<Capability> capabilities)
    {
        var gateway = new TestGateway(new(Start));
        await gateway.OpenAsync(configure ?? (o => o), capabilities.IsDefaultOrEmpty ? [TestWorkers.Echo] : capabilities);
        return gateway;
    }

    /// <summary>One whose parts a test changes.</summary>
    public static async Task<TestGateway> StartWithAsync(Func<GatewayParts, GatewayParts> parts, Func<GatewayOptions, GatewayOptions>? configure = null)
    {
        var gateway = new TestGateway(new(Start)) { _parts = parts };
        await gateway.OpenAsync(configure ?? (o => o), [TestWorkers.Echo]);
        return gateway;
    }

    private async Task OpenAsync(Func<GatewayOptions, GatewayOptions> configure, ImmutableArray<Capability> capabilities)
    {
        Store = new(new());
        Blobs = BlobStore.Open(Path.Combine(Folder, "blobs"), BlobLimits.Default, Clock);
        Registry = new(Clock);
        Registry.Join(
            WorkerId.Parse("test"), new("test", new(1, 0, 0), null, NodeId.Local, TestWorkers.Strong, null, ServiceFacts.Local), capabilities, OffersOf(capabilities), Workers, ServiceState.Serving);
        Controller = await Controller.OpenAsync(
            new() { Origin = Origin },
            new(
                Store, Blobs, () => _key, Registry.Book, Registry, ZoneTable.BuiltIn, Clock,
                new IdSource(Clock, new Random(7)), () => SHA256.HashData("salt"u8)));
        _options = configure(new() { Listen = new() { Addresses = [new("http://127.0.0.1:0")], OwnerSocket = Socket } });
        await ListenAsync();
        Anonymous = new() { BaseAddress = Address };
        Owner = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new("http://crank.local") };
    }

    /// <summary>Stops the server and starts another on the same data folder; the controller goes on.</summary>
    public async Task RestartAsync()
    {
        await _host.DisposeAsync();
        File.Delete(Socket);
        await ListenAsync();
    }

    private async Task ListenAsync()
    {
        _host = await GatewayHost.StartAsync(
            _options, _parts(new(Controller, Store, Blobs, Folder, Clock) { Identities = [Identity], Registry = Registry }), null, TestContext.Current.CancellationToken);
        Address = new(_host.Addresses.First(a => !a.Contains("unix", StringComparison.Ordinal)));
    }

    /// <summary>A client of one tenant, which is made known when it is not, with some scopes or all.</summary>
    public async Task<HttpClient> TenantAsync(string tenant, params string[] scopes)
    {
        var id = TenantId.Parse(tenant);
        if (Controller.Records.Find(TenantRecord.Kind, id, id.Value) is null)
        {
            await Controller.Records.PutAsync(new TenantRecord(LimitMicros: -1_000_000).ToRow(id, 1));
            await Controller.Records.PutAsync(new PrincipalRecord().ToRow(id, TestIdentity.Principal, 1));
        }

        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Add(TestIdentity.Field, $"{tenant} {string.Join(' ', scopes)}".TrimEnd());
        _clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        Anonymous.Dispose();
        Owner.Dispose();
        await _host.DisposeAsync();
        await Controller.DisposeAsync();
        await Store.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static ImmutableArray<Offer> OffersOf(ImmutableArray<Capability> capabilities) =>
        [.. capabilities.Select((capability, i) => new Offer(
            new(new((UInt128)(uint)(i + 1))), capability.Id, NodeId.Local, AccountId.Parse("provider/local"), capability.Price, TestWorkers.Strong,
            Start + TimeSpan.FromDays(3650), Zone.Parse("de"), Duration.FromSeconds(0.1), new Joules(1), new GramsCo2ePerKwh(350), 0.99))];
}
