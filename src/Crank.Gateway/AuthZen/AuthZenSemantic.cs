namespace Crank.Gateway.AuthZen;

/// <summary>How far a batch is answered (AuthZEN 1.0, section "Evaluations semantics").</summary>
internal enum AuthZenSemantic
{
    /// <summary>All of it.</summary>
    ExecuteAll,

    /// <summary>Up to and with the first denial.</summary>
    DenyOnFirstDeny,

    /// <summary>Up to and with the first permission.</summary>
    PermitOnFirstPermit,
}
