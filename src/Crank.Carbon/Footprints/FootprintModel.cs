using Crank.Core;

namespace Crank.Carbon;

/// <summary>The assumptions behind every bound, in one place; docs/carbon.md says where each comes from.</summary>
internal static class FootprintModel
{
    /// <summary>Measured: the share of a job in what its package used may be off by so much either way.</summary>
    internal const double MeasuredLower = 0.7;

    /// <inheritdoc cref="MeasuredLower" />
    internal const double MeasuredUpper = 1.3;

    /// <summary>Modelled: processors differ from the curve by up to so much.</summary>
    internal const double ModelledLower = 0.5;

    /// <inheritdoc cref="ModelledLower" />
    internal const double ModelledUpper = 2.0;

    /// <summary>Default: it may have used nothing, or ten times as much.</summary>
    internal const double DefaultUpper = 10.0;

    /// <summary>A yearly mean hides hours that are cleaner or dirtier by up to so much.</summary>
    internal const double GridLower = 0.5;

    /// <inheritdoc cref="GridLower" />
    internal const double GridUpper = 1.5;

    /// <summary>Embodied emissions of a machine may be half or twice the assumption.</summary>
    internal const double EmbodiedLower = 0.5;

    /// <inheritdoc cref="EmbodiedLower" />
    internal const double EmbodiedUpper = 2.0;

    /// <summary>More than any grid emits: lignite alone is about 1,200 g/kWh.</summary>
    internal static readonly GramsCo2ePerKwh DirtiestGrid = new(1_500);
}
