using System.Diagnostics;
using Crank.Core;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Path;

namespace Crank.Mesh.Telemetry;

/// <summary>Counts the jobs of one controller as they end, and tells whoever asks.</summary>
public sealed class JobTelemetry
{
    private const string Other = "other";

    internal JobTelemetry()
    {
    }

    /// <summary>Told of every job of a caller that ended here and has a receipt, after its commit. Handlers are quick and never throw.</summary>
    public event Action<JobEnd>? Ended;

    internal void Record(Receipt receipt, CapabilityCatalogue catalogue, bool isSelf)
    {
        var listeners = isSelf ? null : Ended;
        if (listeners is null && !MeshTelemetry.JobDuration.Enabled)
        {
            return;
        }

        var capability = catalogue.Find(receipt.Capability)?.Capability;
        var end = JobEnd.Of(receipt, capability);
        listeners?.Invoke(end);
        if (MeshTelemetry.JobDuration.Enabled)
        {
            Count(receipt, capability, end.Fault, end.Duration);
        }
    }

    /// <summary>On whose account an end is.</summary>
    internal static JobFault FaultOf(JobState state, ErrorCode? error, Capability? capability) => state switch
    {
        JobState.Done => JobFault.None,
        JobState.Cancelled => JobFault.Caller,
        JobState.Refused => error == RefusalCodes.NoOffer || error == RefusalCodes.LockedDown || error == RefusalCodes.Busy || error == RefusalCodes.StorageFailed || error == RefusalCodes.Internal ? JobFault.Mesh : JobFault.Caller,
        JobState.Failed => error == RefusalCodes.BadInput || (error is { } code && capability is not null && capability.Errors.Any(e => e.Code == code)) ? JobFault.Caller : JobFault.Mesh,
        _ => JobFault.Mesh,
    };

    private static void Count(Receipt receipt, Capability? capability, JobFault fault, TimeSpan took)
    {
        var tags = new TagList
        {
            { MeshTelemetry.Capability, receipt.Capability.Name.Value },
            { MeshTelemetry.CapabilityVersion, receipt.Capability.Version.ToString() },
        };
        if (receipt.Charge.Total.Micros > 0)
        {
            var priced = tags;
            priced.Add("crank.currency", receipt.Charge.Total.Currency.ToString());
            MeshTelemetry.JobCharge.Add(receipt.Charge.Total.Micros / 1e6, priced);
        }

        if (receipt.Footprint is { } footprint)
        {
            var tiered = tags;
            tiered.Add("crank.footprint.tier", Words.Of(footprint.Tier));
            MeshTelemetry.JobEnergy.Add(footprint.Energy.Value, tiered);
            MeshTelemetry.JobEmissions.Add(footprint.Carbon.Value, tiered);
        }

        tags.Add("crank.job.state", Words.Of(receipt.State));
        tags.Add("crank.job.fault", Words.Of(fault));
        MeshTelemetry.JobDuration.Record(took.TotalSeconds, tags);
        if (receipt.Error is { } error)
        {
            // A worker may say any word: only those that somebody declared become a tag.
            var known = RefusalCodes.All.Contains(error) || (capability?.Errors.Any(e => e.Code == error) ?? false);
            MeshTelemetry.JobErrors.Add(1, new(MeshTelemetry.Capability, receipt.Capability.Name.Value), new("error.type", known ? error.Value : Other));
        }
    }
}
