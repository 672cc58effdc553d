namespace Crank.Mesh.Telemetry;

/// <summary>On whose account it is that a job was not done.</summary>
public enum JobFault
{
    /// <summary>It was done.</summary>
    None,

    /// <summary>The caller's: input, terms, rights, money, an error that the capability declares, or taken back.</summary>
    Caller,

    /// <summary>The mesh's: nobody offers it, no room, too slow, a worker or the controller broke. Only this counts against an objective.</summary>
    Mesh,
}
