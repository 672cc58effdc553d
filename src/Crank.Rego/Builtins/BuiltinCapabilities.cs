namespace Crank.Rego.Builtins;

/// <summary>What a policy set may reach outside itself. The default is nothing.</summary>
public sealed record BuiltinCapabilities
{
    /// <summary>Nothing outside.</summary>
    public static BuiltinCapabilities None { get; } = new();

    /// <summary>Hosts that <c>http.send</c> and <c>net.lookup_ip_addr</c> may ask; empty means the builtins are refused when they are used.</summary>
    public IReadOnlySet<string> AllowedHosts { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
}
