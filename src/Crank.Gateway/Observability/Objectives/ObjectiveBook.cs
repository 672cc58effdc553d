using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh;
using Crank.Mesh.Telemetry;
using Crank.Storage;

namespace Crank.Gateway.Observability.Objectives;

/// <summary>How all objectives are kept. Counts survive a restart by the hour; the short windows begin anew.</summary>
internal sealed class ObjectiveBook : IAsyncDisposable
{
    public const string MeterName = "Crank.Gateway";

    private const string Kind = "objective";

    private static readonly TimeSpan s_saveEvery = TimeSpan.FromMinutes(1);

    /// <summary>The windows whose burn rates are shown.</summary>
    public static readonly ImmutableArray<(string Name, TimeSpan Length)> Windows =
    [
        ("5m", TimeSpan.FromMinutes(5)), ("30m", TimeSpan.FromMinutes(30)), ("1h", TimeSpan.FromHours(1)),
        ("6h", TimeSpan.FromHours(6)), ("1d", TimeSpan.FromDays(1)), ("3d", TimeSpan.FromDays(3)),
    ];

    private readonly Controller _controller;
    private readonly TimeProvider _clock;
    private readonly Meter _meter = new(MeterName);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _saving;

    public ObjectiveBook(ImmutableArray<Objective> objectives, Controller controller, TimeProvider clock)
    {
        (_controller, _clock) = (controller, clock);
        Tracks = [.. objectives.Select(o => new ObjectiveTrack(o))];
        foreach (var track in Tracks)
        {
            Load(track);
        }

        _meter.CreateObservableGauge("crank.slo.target", () => Tracks.Select(t => Measure(t, t.Objective.Target)), "1", "The share of jobs that is to be good.");
        _meter.CreateObservableGauge(
            "crank.slo.error_budget.remaining", () => Tracks.Select(t => Measure(t, t.Over(Now, t.Objective.Window).BudgetLeft(t.Objective.Target))), "1",
            "The share of the error budget that is left; below 0 when it is overdrawn.");
        _meter.CreateObservableGauge("crank.slo.burn_rate", BurnRates, null, "How many times faster than allowed the error budget is being used, over the window.");
        controller.Telemetry.Ended += Count;
        _saving = Tracks.IsEmpty ? Task.CompletedTask : SaveNowAndThenAsync();
    }

    public ImmutableArray<ObjectiveTrack> Tracks { get; }

    public DateTimeOffset Now => _clock.GetUtcNow();

    public async ValueTask DisposeAsync()
    {
        _controller.Telemetry.Ended -= Count;
        await _stop.CancelAsync();
        await _saving;
        await SaveAsync();
        _meter.Dispose();
        _stop.Dispose();
    }

    /// <summary>Writes what changed. A store that cannot be written is asked again the next time: figures are no reason to stop.</summary>
    internal async Task SaveAsync()
    {
        foreach (var track in Tracks)
        {
            if (track.TakeChanges(Now) is not { } hours)
            {
                continue;
            }

            try
            {
                var stored = _controller.Records.Find(Kind, TenantId.Owner, track.Objective.Name);
                var body = JsonSerializer.SerializeToUtf8Bytes(new KeptHours(hours), ObjectiveJson.Default.KeptHours);
                await _controller.Records.PutAsync(new(Kind, TenantId.Owner, track.Objective.Name, body, Now + track.Objective.Window, (stored?.Version ?? 0) + 1));
            }
            catch (StoreException)
            {
                // The counts are still here and go out with the next change.
            }
        }
    }

    private void Count(JobEnd job)
    {
        foreach (var track in Tracks)
        {
            track.Count(job);
        }
    }

    private void Load(ObjectiveTrack track)
    {
        if (_controller.Records.Find(Kind, TenantId.Owner, track.Objective.Name) is not { } row)
        {
            return;
        }

        try
        {
            track.Restore(JsonSerializer.Deserialize(row.Body, ObjectiveJson.Default.KeptHours)!.Hours);
        }
        catch (JsonException)
        {
            // Another version wrote it: the window begins anew.
        }
    }

    private async Task SaveNowAndThenAsync()
    {
        using var timer = new PeriodicTimer(s_saveEvery, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await SaveAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    private IEnumerable<Measurement<double>> BurnRates() =>
        from track in Tracks
        from window in Windows
        select Measure(track, track.Over(Now, window.Length).BurnRate(track.Objective.Target), new KeyValuePair<string, object?>("crank.slo.window", window.Name));

    private static Measurement<double> Measure(ObjectiveTrack track, double value, params KeyValuePair<string, object?>[] more) =>
        new(value, [new("crank.slo.name", track.Objective.Name), new("crank.capability.name", track.Objective.Capability.Value), .. more]);
}
