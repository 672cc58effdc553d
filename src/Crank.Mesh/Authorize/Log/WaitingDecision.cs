using System.Diagnostics;
using Crank.Core;

namespace Crank.Mesh.Authorize.Log;

/// <summary>A decision that waits to be written.</summary>
/// <param name="Number">Counts the decisions of a run from 1; one that was lost has a number too.</param>
/// <param name="Asked">The decision; null for one that is not the policy's.</param>
/// <param name="Overruled">A decision about a job that stands above the policy's answer; null for the answer itself.</param>
/// <param name="Shadow">True for one of a set that is not in force.</param>
/// <param name="At">When it was made.</param>
/// <param name="Trace">The span that it was made in; none for none.</param>
internal sealed record WaitingDecision(long Number, PolicyAsked? Asked, Decision? Overruled, bool Shadow, DateTimeOffset At, ActivityContext Trace);
