using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Crank.Mesh.Telemetry;

/// <summary>What the path tells of itself: one source of spans and one meter, both called <see cref="Name"/>. Without a listener a job pays a few branches for them.</summary>
/// <remarks>
/// Nothing personal and nothing secret is ever a name or a value here: no tenant, no principal, no input, no message of a worker. The job's id is on spans alone.
/// Tags of instruments come from the catalogue and from closed lists, so their number is bounded.
/// </remarks>
public static class MeshTelemetry
{
    /// <summary>The name to listen to.</summary>
    public const string Name = "Crank.Mesh";

    /// <summary>The OpenTelemetry semantic conventions that names and units follow.</summary>
    internal const string Conventions = "https://opentelemetry.io/schemas/1.37.0";

    internal const string Capability = "crank.capability.name";
    internal const string PolicyTopic = "crank.policy.topic";
    internal const string ShadowOutcome = "crank.policy.shadow.outcome";
    internal const string CapabilityVersion = "crank.capability.version";

    internal static readonly ActivitySource Source = new(new ActivitySourceOptions(Name) { TelemetrySchemaUrl = Conventions });

    private static readonly Meter s_meter = new(Name);

    internal static readonly Histogram<double> JobDuration = s_meter.CreateHistogram<double>(
        "crank.job.duration", "s", "Time from acceptance of a job to its receipt.", advice: new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900] });

    internal static readonly Histogram<double> StepDuration = s_meter.CreateHistogram<double>(
        "crank.step.duration", "s", "Time that one step of the path took.", advice: new() { HistogramBucketBoundaries = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10, 60] });

    internal static readonly UpDownCounter<long> ActiveJobs = s_meter.CreateUpDownCounter<long>("crank.job.active", "{job}", "Jobs that are on the path now.");

    internal static readonly UpDownCounter<long> Services = s_meter.CreateUpDownCounter<long>("crank.service.registered", "{service}", "Services that are registered, by where they stand.");

    internal static readonly Counter<long> ServiceChecks = s_meter.CreateCounter<long>("crank.service.checks", "{check}", "Checks of services by a job, by outcome.");

    internal static readonly Counter<long> ServiceEnds = s_meter.CreateCounter<long>("crank.service.ends", "{session}", "Sessions with services from outside that ended, by reason.");

    internal static readonly Counter<long> JobErrors = s_meter.CreateCounter<long>("crank.job.errors", "{job}", "Jobs that were not done, by code.");

    internal static readonly Counter<long> Rollouts = s_meter.CreateCounter<long>("crank.rollout.events", "{event}", "What happened to rollouts of new versions.");

    internal static readonly Counter<double> JobCharge = s_meter.CreateCounter<double>("crank.job.charge", "{currency}", "What was charged for jobs, in whole units of the currency.");

    internal static readonly Counter<double> JobEnergy = s_meter.CreateCounter<double>("crank.job.energy", "J", "Energy that jobs used.");

    internal static readonly Counter<double> JobEmissions = s_meter.CreateCounter<double>("crank.job.emissions", "g", "Emissions of jobs, as CO2 equivalent.");

    internal static readonly Counter<long> ShadowDecisions = s_meter.CreateCounter<long>(
        "crank.policy.shadow.decisions", "{decision}", "Decisions that a shadow set of policies was compared on, by what its answer was beside the one in force.");

    internal static readonly Counter<long> OtherOpa = s_meter.CreateCounter<long>("crank.policy.opa", "{decision}", "Decisions that another OPA was asked about, by what came of it.");
}
