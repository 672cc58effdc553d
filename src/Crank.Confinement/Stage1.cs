using Crank.Confinement.Linux;

namespace Crank.Confinement;

/// <summary>The second start of a worker, inside the walls of the first: closes the rest and tries every wall.</summary>
internal static class Stage1
{
    /// <summary>Installs the final filter on every thread, and proves what holds.</summary>
    /// <exception cref="ConfinementException">The parent is gone, or a wall that this system offers could not be raised.</exception>
    public static ConfinementProof Seal(ConfinementPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (OperatingSystem.IsLinux())
        {
            ProcessControls.DieWithParent(plan.ParentId);
            ProcessControls.HideMemory();
            if (plan.Wants(ConfinementLayers.Seccomp) && SeccompFilter.IsSupported)
            {
                ProcessControls.GainNoPrivileges();
                SeccompFilter.InstallOnProcess(SeccompFilter.ForWork(Environment.ProcessId));
            }
        }

        return WallTrial.Run(plan);
    }
}
