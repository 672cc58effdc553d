using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Telemetry;

namespace Crank.Mesh.Registry;

/// <summary>Finds out whether services do their work, by giving them some: a small example of one of their capabilities, down the whole path as the owner, for nothing.</summary>
/// <param name="registry">Who is checked.</param>
/// <param name="controller">The path.</param>
/// <param name="example">What to give a capability; null when nothing can be made for it.</param>
/// <param name="options">The options in force.</param>
/// <param name="clock">The time.</param>
public sealed class HealthMonitor(
    ServiceRegistry registry, Controller controller, Func<Capability, CheckInput?> example, Func<ServiceOptions> options, TimeProvider clock)
{
    private static readonly Duration s_deadline = Duration.FromSeconds(10);

    /// <summary>Checks one service from now on until it has left or the token is cancelled; the first check comes at once when it is joining.</summary>
    /// <remarks>Never throws.</remarks>
    public async Task WatchAsync(WorkerId id, CancellationToken cancellationToken)
    {
        try
        {
            for (var round = 0; registry.Find(id) is { } service; round++)
            {
                if (round > 0 || service.State == ServiceState.Joining)
                {
                    await CheckAsync(id, round, cancellationToken);
                }

                var every = service.Facts.IsBuiltIn ? options().CheckOwnEvery : options().CheckEvery;
                if (every <= TimeSpan.Zero)
                {
                    return;
                }

                await Task.Delay(ServiceOptions.Timer(every), clock, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody wants to know any more.
        }
    }

    /// <summary>Checks a service once, and lets the outcome have its effect.</summary>
    /// <param name="id">The service.</param>
    /// <param name="round">Takes the capabilities in turn.</param>
    /// <param name="cancellationToken">Gives it up; then nothing is noted.</param>
    /// <returns>How the service stands now; null when it left.</returns>
    public async Task<Registration?> CheckAsync(WorkerId id, int round, CancellationToken cancellationToken)
    {
        if (registry.Find(id) is not { } service || registry.Probe(id) is not { } book)
        {
            return registry.Find(id);
        }

        var examples = service.Capabilities.Select(c => (Capability: c, Input: example(c))).Where(e => e.Input is not null).ToList();
        if (examples.Count == 0)
        {
            return Note(service, ok: true, null, null, null);
        }

        var (capability, input) = examples[round % examples.Count];
        var terms = Terms.Default with { Deadline = s_deadline };
        var report = await controller.CheckAsync(
            new(TenantId.Owner, PrincipalId.Owner, capability.Id.Name, capability.Id.Version, input!.Input, input.Blobs, terms, SelfJob.Key(id.Value, clock.GetUtcNow())), book, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return report.Refusal is { } refusal ? Judge(service, capability, input, report, refusal) : Note(service, ok: true, null, capability, report);
    }

    private Registration? Judge(Registration service, Capability capability, CheckInput input, JobReport report, Refusal refusal)
    {
        if (refusal.Code == RefusalCodes.Busy || refusal.Code == RefusalCodes.Stopping)
        {
            // Whoever has no room is at work; and a mesh that stops asks nothing.
            return service;
        }

        if (refusal.Kind is RefusalKind.Policy or RefusalKind.NoFunds)
        {
            // That the mesh may not ask says nothing of who would have answered: it is held to its heartbeats alone.
            return Note(service, ok: true, $"It could not be checked: {refusal.Message}", capability, report);
        }

        var isAnswer = !input.IsDeclared && report.Receipt is { } receipt && JobTelemetry.FaultOf(receipt.State, receipt.Error, capability) == JobFault.Caller
            && refusal.Kind == RefusalKind.NotDone;
        return isAnswer ? Note(service, ok: true, null, capability, report) : Note(service, ok: false, $"{refusal.Code}: {refusal.Message}", capability, report);
    }

    private Registration? Note(Registration service, bool ok, string? why, Capability? capability, JobReport? report)
    {
        MeshTelemetry.ServiceChecks.Add(1, new KeyValuePair<string, object?>("crank.check.outcome", ok ? "ok" : "failed"));
        var before = registry.Find(service.Id)?.Health;
        var health = new HealthReport(
            clock.GetUtcNow(), ok, why, capability?.Id, report?.Job, ok ? 0 : Count(before?.Failures), ok ? Count(before?.Successes) : 0);
        return registry.Checked(service.Id, health, options());

        static int Count(int? before) => Math.Min((before ?? 0) + 1, 1_000_000);
    }
}
