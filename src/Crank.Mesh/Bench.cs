using Crank.Mesh.Authorize;
using Crank.Mesh.Govern;
using Crank.Mesh.Journal;
using Crank.Mesh.Receipts;
using Crank.Mesh.Results;
using Crank.Mesh.Rollouts;
using Crank.Mesh.Run;
using Crank.Mesh.Telemetry;

namespace Crank.Mesh;

/// <summary>What every part of a controller works with.</summary>
/// <param name="Settings">What the operator decided.</param>
/// <param name="Parts">What has an effect, a clock or chance in it.</param>
/// <param name="Policy">The gate.</param>
/// <param name="Lockdown">The lockdown in force; null for none.</param>
/// <param name="Notary">Signs.</param>
/// <param name="Journal">The one writer.</param>
/// <param name="Results">Where deliveries are kept.</param>
/// <param name="Spool">Where the blobs of deliveries go while they come.</param>
/// <param name="Telemetry">Counts the jobs that end.</param>
/// <param name="Rollouts">Says which jobs get a new version.</param>
/// <param name="Chance">For waits; used under its own lock.</param>
internal sealed record Bench(
    ControllerSettings Settings,
    ControllerParts Parts,
    IPolicy Policy,
    Func<Lockdown?> Lockdown,
    Notary Notary,
    JournalWriter Journal,
    ResultStore Results,
    OutputSpool Spool,
    JobTelemetry Telemetry,
    RolloutBook Rollouts,
    Random Chance);
