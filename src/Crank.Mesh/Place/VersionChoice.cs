using Crank.Core;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Path;

namespace Crank.Mesh.Place;

/// <summary>
/// Which version of a capability a job gets: the one place where a requested name and version become an entry. Whatever prefers one version over another,
/// such as a share of the traffic, belongs here; what is chosen here is what the job is admitted, priced, placed and run as, and what its receipt says.
/// </summary>
/// <remarks>
/// Candidates are the versions that can stand in for what was asked: of the same major (before 1.0.0 of the same minor), and not older. Without a version they are those of
/// the newest major. The newest that somebody offers now is chosen; when nobody offers any, the newest, and the answer is then that nobody offers it. Pure.
/// </remarks>
internal static class VersionChoice
{
    /// <summary>Chooses for a request that just came.</summary>
    /// <returns>The entry, or why there is none.</returns>
    public static Step<CapabilityEntry> Choose(JobRequest request, OfferPage page, DateTimeOffset now)
    {
        var versions = page.Catalogue.VersionsOf(request.Capability);
        return Newest(versions, request.Version ?? (versions.IsEmpty ? default : Least(versions[0].Capability.Id.Version)), page, now) is { } entry ? entry : Unknown(request, page.Catalogue);
    }

    /// <summary>Chooses for a queued job that starts: the version that it was accepted as, while somebody offers that; else one that can stand in for it.</summary>
    /// <returns>The entry, or why there is none.</returns>
    public static Step<CapabilityEntry> ChooseAgain(JobRequest request, CapabilityVersion accepted, OfferPage page, DateTimeOffset now)
    {
        var versions = page.Catalogue.VersionsOf(accepted.Name);
        if (page.IsOffered(accepted, now))
        {
            foreach (var version in versions)
            {
                if (version.Capability.Id == accepted)
                {
                    return version.Entry;
                }
            }
        }

        return Newest(versions, accepted.Version, page, now) is { } entry ? entry : Unknown(request with { Version = accepted.Version }, page.Catalogue);
    }

    private static CapabilityEntry? Newest(ReadOnlySpan<CapabilityCatalogue.Version> versions, SemanticVersion wanted, OfferPage page, DateTimeOffset now)
    {
        CapabilityCatalogue.Version? newest = null;
        foreach (var version in versions)
        {
            if (!version.Capability.Id.Version.Satisfies(wanted))
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
