using Crank.Core;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Path;
using Crank.Mesh.Rollouts;

namespace Crank.Mesh.Place;

/// <summary>
/// Which version of a capability a job gets: the one place where a requested name and version become an entry. Whatever prefers one version over another,
/// such as a share of the traffic, belongs here; what is chosen here is what the job is admitted, priced, placed and run as, and what its receipt says.
/// </summary>
/// <remarks>
/// Candidates are the versions that can stand in for what was asked: of the same major (before 1.0.0 of the same minor), and not older. Without a version they are those of
/// the newest major. The newest that somebody offers now is chosen; when nobody offers any, the newest, and the answer is then that nobody offers it. Where a new version is
/// rolled out it gets its share of the jobs that either of both may do, the stable one the rest, and who names one of both gets that one. Pure.
/// </remarks>
internal static class VersionChoice
{
    /// <summary>Chooses for a request that just came.</summary>
    /// <param name="request">The request.</param>
    /// <param name="rollout">The rollout of the capability; null for none.</param>
    /// <param name="job">The job that it becomes, which says which share it falls into when it has no idempotency key.</param>
    /// <param name="page">The capabilities and the offers.</param>
    /// <param name="now">The time.</param>
    /// <returns>The entry, or why there is none; and the share that chose it, when one did.</returns>
    public static (Step<CapabilityEntry> Entry, RolloutShare? Share) Choose(JobRequest request, Rollout? rollout, JobId job, OfferPage page, DateTimeOffset now)
    {
        var versions = page.Catalogue.VersionsOf(request.Capability);
        if (rollout is not null && request.Version is { } named && (named == rollout.Stable || named == rollout.Candidate) && Exactly(versions, named) is { } own)
        {
            // Who names one of the two gets that one. Without an offer of it whatever can stand in for it, but not a version that is still on trial or failed it.
            return page.IsOffered(new(request.Capability, named), now) ? (own, null)
                : rollout.State == RolloutState.Promoted || named == rollout.Candidate ? (ChooseNewest(request, versions, page, now), null)
                : (Newest(versions, named, page, now, except: rollout.Candidate) ?? own, null);
        }

        if (rollout is not null && RolloutRules.ShareOf(rollout, request.Version, request.Tenant, request.Key ?? job.ToString()) is { } share)
        {
            var isMissed = share.IsCandidate && !page.IsOffered(new(request.Capability, rollout.Candidate), now);
            var entry = share.IsCandidate && !isMissed ? Exactly(versions, rollout.Candidate)
                : page.IsOffered(new(request.Capability, rollout.Stable), now) ? Exactly(versions, rollout.Stable)
                : Newest(versions, request.Version ?? Least(rollout.Stable), page, now, except: rollout.Candidate) ?? Exactly(versions, rollout.Stable);
            return (entry is null ? Unknown(request, page.Catalogue) : entry, share with { Missed = isMissed });
        }

        return (ChooseNewest(request, versions, page, now), null);
    }

    private static Step<CapabilityEntry> ChooseNewest(JobRequest request, ReadOnlySpan<CapabilityCatalogue.Version> versions, OfferPage page, DateTimeOffset now) =>
        Newest(versions, request.Version ?? (versions.IsEmpty ? default : Least(versions[0].Capability.Id.Version)), page, now) is { } entry ? entry : Unknown(request, page.Catalogue);

    /// <summary>Chooses for a queued job that starts: the version that it was accepted as, while somebody offers that; else one that can stand in for it.</summary>
    /// <returns>The entry, or why there is none.</returns>
    public static Step<CapabilityEntry> ChooseAgain(JobRequest request, CapabilityVersion accepted, OfferPage page, DateTimeOffset now)
    {
        var versions = page.Catalogue.VersionsOf(accepted.Name);
        if (page.IsOffered(accepted, now) && Exactly(versions, accepted.Version) is { } same)
        {
            return same;
        }

        return Newest(versions, accepted.Version, page, now) is { } entry ? entry : Unknown(request with { Version = accepted.Version }, page.Catalogue);
    }

    private static CapabilityEntry? Exactly(ReadOnlySpan<CapabilityCatalogue.Version> versions, SemanticVersion wanted)
    {
        foreach (var version in versions)
        {
            if (version.Capability.Id.Version == wanted)
            {
                return version.Entry;
            }
        }

        return null;
    }

    private static CapabilityEntry? Newest(ReadOnlySpan<CapabilityCatalogue.Version> versions, SemanticVersion wanted, OfferPage page, DateTimeOffset now, SemanticVersion? except = null)
    {
        CapabilityCatalogue.Version? newest = null;
        foreach (var version in versions)
        {
            if (!version.Capability.Id.Version.Satisfies(wanted) || version.Capability.Id.Version == except)
            {
                continue;
            }

            if (page.IsOffered(version.Capability.Id, now))
            {
                return version.Entry;
            }

            newest ??= version;
        }

        return newest?.Entry;
    }

    /// <summary>The least version that this one can stand in for.</summary>
    private static SemanticVersion Least(SemanticVersion version) => new(version.Major, version.Major > 0 ? 0 : version.Minor, 0);

    private static Refusal Unknown(JobRequest request, CapabilityCatalogue catalogue)
    {
        if (request.Version is { } version && catalogue.Find(request.Capability, null) is { } other)
        {
            return new(
                RefusalKind.NotFound,
                RefusalCodes.UnknownCapability,
                $"There is no {request.Capability} that can stand in for version {version}.",
                $"Here is {other.Capability.Id}.");
        }

        return new(
            RefusalKind.NotFound,
            RefusalCodes.UnknownCapability,
            $"There is no capability '{request.Capability}'.",
            catalogue.Nearest(request.Capability.Value) is { } nearest ? $"Did you mean '{nearest}'?" : "See 'crank capabilities'.");
    }
}
