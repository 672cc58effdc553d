using Crank.Core;

namespace Crank.Mesh.Rollouts;

/// <summary>What the new version must keep. At least one of the first three is set.</summary>
/// <param name="MaxErrorRate">Share of its jobs that may fail, 0 to 1; null for no limit.</param>
/// <param name="MaxP95">The longest that 95 of 100 of its runs may take; null for no limit.</param>
/// <param name="MaxP95Ratio">The same, as a multiple of what the stable version takes, ≥ 1; null for no limit. It waits until the stable version has enough jobs to compare with.</param>
/// <param name="MinJobs">How many of its jobs must have ended before it is judged, 1 to <see cref="FigureWindow.MaxJobs"/>.</param>
/// <param name="Window">Jobs that ended longer ago do not count.</param>
/// <param name="DeclaredErrors">True: an error that the capability declares counts as failed too. Else it is the caller's, as everywhere.</param>
public sealed record RolloutLimits(double? MaxErrorRate, Duration? MaxP95, double? MaxP95Ratio, int MinJobs, Duration Window, bool DeclaredErrors = false);
