namespace Crank.Gateway.Observability;

/// <summary>Who may read <c>/metrics</c>. The figures hold nothing of any tenant.</summary>
public enum MetricsAccess
{
    /// <summary>Callers with the scope <c>mesh:read</c>.</summary>
    Scope,

    /// <summary>These, and whoever connects from this machine and was not forwarded.</summary>
    Loopback,

    /// <summary>Everybody.</summary>
    Everybody,

    /// <summary>Nobody: figures are not even collected.</summary>
    Off,
}
