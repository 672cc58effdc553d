using Crank.Core;

namespace Crank.Carbon;

/// <summary>What a job kept busy.</summary>
/// <param name="Wall">Wall time in the worker.</param>
/// <param name="Cpu">CPU time of all its threads; null when nobody counted it.</param>
public readonly record struct JobWork(Duration Wall, Duration? Cpu)
{
    /// <summary>How long it kept a core: CPU time where known, else wall time.</summary>
    public Duration Reserved => Cpu ?? Wall;
}
