namespace Crank.Gateway;

/// <summary>The options as they are now: what can change without a restart is read here at each use, never kept.</summary>
public sealed class LiveOptions(GatewayOptions first)
{
    private volatile GatewayOptions _current = first;

    /// <summary>The options now; immutable, replaced whole.</summary>
    public GatewayOptions Current => _current;

    /// <summary>Replaces the options.</summary>
    internal void Replace(GatewayOptions next) => _current = next;
}
