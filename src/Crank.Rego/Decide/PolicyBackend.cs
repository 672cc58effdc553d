namespace Crank.Rego.Decide;

/// <summary>How rules are run. All ways give the same answers.</summary>
public enum PolicyBackend
{
    /// <summary>Interpreted at first, as compiled methods after a few hundred decisions, where the platform can compile at run time.</summary>
    Adaptive,

    /// <summary>Always interpreted: starts at once and needs nothing of the platform.</summary>
    Nodes,

    /// <summary>As compiled methods from the first decision on; preparing a query then takes some tens of milliseconds.</summary>
    Expressions,
}
