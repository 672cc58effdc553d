using Crank.Core;

namespace Crank.Mesh.Telemetry;

/// <summary>A job that ended, as far as figures need it.</summary>
/// <param name="Capability">What it ran, or was refused to run.</param>
/// <param name="State">How it ended.</param>
/// <param name="Fault">On whose account it was not done.</param>
/// <param name="Duration">From acceptance to receipt.</param>
/// <param name="At">When it ended.</param>
public readonly record struct JobEnd(CapabilityVersion Capability, JobState State, JobFault Fault, TimeSpan Duration, DateTimeOffset At);
