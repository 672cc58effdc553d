using Crank.Carbon;
using Crank.Cli.Data;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh;
using Crank.Mesh.Authorize;
using Crank.Mesh.Authorize.Elsewhere;
using Crank.Mesh.Authorize.Loading;
using Crank.Mesh.Authorize.Log;
using Crank.Mesh.Govern;
using Crank.Mesh.Registry;
using Crank.Mesh.Run;
using Crank.Node.Facts;
using Crank.Node.Workers;
using Crank.Storage;
using Crank.Trust.Statements;

namespace Crank.Cli.Embedded;

/// <summary>A mesh of one machine, in this process: one controller, one node, the workers of its services.</summary>
internal sealed class EmbeddedMesh : IAsyncDisposable
{
    private readonly OpenFolder _folder;
    private readonly IReadOnlyList<WorkerPool> _pools;
    private readonly Zone _zone;

    private readonly DecisionLog? _decisions;
    private readonly Answer _answer;

    private EmbeddedMesh(
        OpenFolder folder, BlobStore blobs, IReadOnlyList<WorkerPool> pools, ServiceRegistry registry, Controller controller, PolicyWatch policies, ShadowDesk shadow, OtherOpa? otherOpa,
        DecisionLog? decisions, Answer answer, Zone zone) =>
        (_folder, Blobs, _pools, Registry, Controller, Policies, Shadow, OtherOpa, _decisions, _answer, _zone) = (folder, blobs, pools, registry, controller, policies, shadow, otherOpa, decisions, answer, zone);

    public Controller Controller { get; }

    /// <summary>Who serves what.</summary>
    public ServiceRegistry Registry { get; }

    /// <summary>The policies in force, and what keeps them in step with their files.</summary>
    public PolicyWatch Policies { get; }

    /// <summary>Another OPA that decides jobs or is compared; null for none.</summary>
    public OtherOpa? OtherOpa { get; }

    /// <summary>The set that is asked beside the one in force.</summary>
    public ShadowDesk Shadow { get; }

    public SqliteStore Store => _folder.Store;

    public BlobStore Blobs { get; }

    public DataFolder Folder => _folder.Folder;

    /// <summary>Every key that it ever signed with.</summary>
    public IReadOnlyList<Trust.Keys.TrustedKey> Keys => _folder.Keys.Keys;

    /// <summary>The name of the mesh, which its receipts and its log carry.</summary>
    public string Name => _folder.Keys.Current.Public.Name;

    /// <summary>Starts a worker of the first service, then opens the data folder: nobody waits for a folder whose holder waits for a worker.</summary>
    /// <param name="path">The data folder.</param>
    /// <param name="configuration">What the operator decided.</param>
    /// <param name="wait">How long to wait for the folder.</param>
    /// <param name="answer">Told what people should know.</param>
    /// <param name="services">The services whose workers it has.</param>
    /// <param name="stays">True for a mesh that serves until it is stopped: it runs the jobs that wait in the queue, and keeps house. One that lives for one job leaves both alone.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<EmbeddedMesh> OpenAsync(
        string path, Configuration configuration, TimeSpan wait, Answer answer, IReadOnlyList<string> services, bool stays, CancellationToken cancellationToken)
    {
        var temporary = DataFolder.Open(path).Temporary;
        var pools = services.Select(service => new WorkerPool(
            new WorkerProgram(service, SelfProgram.Executable, [.. SelfProgram.Arguments, "worker", service]),
            new WorkerSettings { MinIsolation = configuration.MinIsolation, TempRoot = temporary },
            TimeProvider.System)).ToList();
        pools[0].Prewarm();
        OpenFolder? folder = null;
        PolicyWatch? policies = null;
        OtherOpa? otherOpa = null;
        DecisionLog? decisions = null;
        try
        {
            policies = OpenPolicies(configuration.Policy, answer);
            otherOpa = OpenOther(policies, configuration.Policy.Opa);
            var byName = services.SelectMany((service, i) => BuiltInServices.Of(service, configuration.Currency).Select(c => (c.Id.Name, Pool: pools[i])))
                .ToDictionary(c => c.Name, c => c.Pool);
            var meter = new EnergyMetering([new RaplMeter(TimeProvider.System), new CpuTimeMeter(PowerCurve.Default)], TimeProvider.System);
            var hardware = Embodied.Default(NodeFacts.Read().Cores);
            await pools[0].DescribeAsync(cancellationToken);
            foreach (var missing in pools[0].Missing)
            {
                answer.Note($"warning: isolation layer '{missing.Layer}' is missing: {missing.Why}");
            }

            var registry = new ServiceRegistry(TimeProvider.System);
            Register(registry, services, new NodeDispatcher(byName, meter), pools[0].Isolation ?? Isolation.None, configuration);
            folder = await OpenFolder.OpenAsync(path, wait, answer, cancellationToken);
            var blobs = BlobStore.Open(folder.Folder.Blobs, BlobLimits.Default, TimeProvider.System);
            var ids = new IdSource(TimeProvider.System, new Random());
            decisions = DecisionRecords.Open(folder, configuration.Policy.Log, policies.Book, ids);
            if (otherOpa is not null && decisions is not null)
            {
                otherOpa.Decided = decisions.Add;
            }

            var controller = await Controller.OpenAsync(
                new()
                {
                    Origin = folder.Keys.Current.Public.Name,
                    Currency = configuration.Currency,
                    OwnerLimitMicros = configuration.OwnerLimitMicros,
                    MinIsolation = configuration.MinIsolation,
                    Zone = configuration.Zone,
                    Hardware = hardware,
                    Split = configuration.Split,
                    Queue = new() { Runs = stays },
                    HousekeepEvery = TimeSpan.Zero,
                },
                new(
                    folder.Store, blobs, () => folder.Keys.Current, registry.Book, registry, ZoneTable.BuiltIn, TimeProvider.System, ids, SaltedDigest.NewSalt,
                    otherOpa?.Policy ?? new RegoPolicy(policies.Book), Overruled: decisions is { } log ? log.Add : null)
                { Policies = policies.Book });
            foreach (var job in controller.Recovered)
            {
                answer.Note($"job {job} was interrupted by an earlier stop; it was closed and nothing was charged.");
            }

            return new(
                folder, blobs, pools, registry, controller, policies, Shadowed(policies, controller, stays ? configuration.Policy : configuration.Policy with { Shadow = null }, decisions), otherOpa, decisions,
                answer, configuration.Zone);
        }
        catch
        {
            await DisposeAsync(pools);
            policies?.Dispose();
            if (otherOpa is not null)
            {
                await otherOpa.DisposeAsync();
            }

            if (decisions is not null)
            {
                await decisions.DisposeAsync();
            }

            if (folder is not null)
            {
                await folder.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Writes the receipt of a job as a file of its own: where it was asked for, else in the data folder, for its owner alone.</summary>
    /// <returns>The file's path; null when the job has no receipt, or when it could not be written, which is said.</returns>
    public string? WriteReceipt(JobId job, string? path, Answer answer)
    {
        if (Controller.ReceiptFile(TenantId.Owner, job) is not { } bytes)
        {
            return null;
        }

        var file = path ?? Path.Combine(_folder.Folder.Receipts, $"{job}.json");
        try
        {
            using var stream = path is null ? DataFolder.CreateFile(file) : File.Create(file);
            stream.Write(bytes);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            answer.Note($"warning: the receipt could not be written to {file}: {e.Message} 'crank receipt show {job}' has it.");
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The folder first: the next in line need not wait for workers to end.
        await Shadow.DisposeAsync();
        Policies.Dispose();
        await Controller.DisposeAsync();
        if (OtherOpa is not null)
        {
            await OtherOpa.DisposeAsync();
        }

        if (_decisions is not null)
        {
            await _decisions.DisposeAsync();
            if (_decisions.Counts is { Lost: > 0 } counts)
            {
                _answer.Note($"warning: {counts.Lost} decisions are missing in the decision log{(counts.Error is { } error ? $": {error}" : ".")} 'crank policy log verify' counts what is.");
            }
        }

        await _folder.DisposeAsync();
        await DisposeAsync(_pools);
    }

    /// <summary>Offers anew what this machine offers, when the offers of the day before are about to end.</summary>
    public void RenewOffers()
    {
        foreach (var service in Registry.All.Where(s => s.Facts.IsBuiltIn))
        {
            Registry.Offer(service.Id, LocalOffers.Of(service.Capabilities, service.Facts.Isolation, _zone, TimeProvider.System.GetUtcNow()).Offers);
        }
    }

    /// <summary>Starts a worker of every service that has none yet, and returns at once.</summary>
    public void Prewarm()
    {
        foreach (var pool in _pools)
        {
            pool.Prewarm();
        }
    }

    private static void Register(ServiceRegistry registry, IReadOnlyList<string> services, IDispatcher pools, Isolation isolation, Configuration configuration)
    {
        foreach (var service in services)
        {
            var capabilities = BuiltInServices.Of(service, configuration.Currency);
            var offers = LocalOffers.Of(capabilities, isolation, configuration.Zone, TimeProvider.System.GetUtcNow()).Offers;
            var facts = new ServiceFacts(service, BuiltInServices.Version(service), null, NodeId.Local, isolation, null, ServiceFacts.Local);
            if (registry.Join(WorkerId.Parse(service), facts, [.. capabilities], offers, pools, ServiceState.Serving) is JoinAnswer.Refused refused)
            {
                throw new InvalidOperationException($"The service '{service}' that crank brings was not registered: {refused.Why}");
            }
        }
    }

    /// <summary>Nothing runs under policies that are not what the operator wrote.</summary>
    private static PolicyWatch OpenPolicies(PolicySettings settings, Answer answer)
    {
        try
        {
            var policies = PolicyWatch.Open(settings, TimeProvider.System);
            if (!policies.Book.Current.Covers(PolicyTopic.Job))
            {
                answer.Note($"warning: {settings.Origin} has no package {PolicyTopic.Job.Package()}: every job is refused.");
            }

            return policies;
        }
        catch (PolicyLoadException e)
        {
            throw new CliException(ExitCode.Usage, e.Message.ReplaceLineEndings("\n       "), "Correct it; 'crank policy check' says the same without a mesh. Nothing was started.");
        }
    }

    private static OtherOpa? OpenOther(PolicyWatch policies, OpaSettings settings)
    {
        try
        {
            return OtherOpa.Beside(new RegoPolicy(policies.Book), settings, TimeProvider.System);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, e.Message, "Correct it; docs/policy-neighbours.md tells what each setting is. Nothing was started.");
        }
    }

    private static ShadowDesk Shadowed(PolicyWatch policies, Controller controller, PolicySettings settings, DecisionLog? decisions)
    {
        var shadow = new ShadowDesk(policies, controller.Records, TimeProvider.System) { Answered = decisions is null ? null : asked => decisions.Add(asked, shadow: true) };
        try
        {
            shadow.Begin(settings);
            return shadow;
        }
        catch (PolicyLoadException e)
        {
            throw new CliException(
                ExitCode.Usage, e.Message.ReplaceLineEndings("\n       "), "Correct it. A set that was put in force from the shadow gives way when the configuration names another folder or bundle.");
        }
    }

    private static async Task DisposeAsync(IEnumerable<WorkerPool> pools) => await Task.WhenAll(pools.Select(pool => pool.DisposeAsync().AsTask()));
}
