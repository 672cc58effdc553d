namespace Crank.Benchmarks;

/// <summary>A query of the folder <c>rego-bench</c>, with what its README says OPA 1.18.2 needs for it.</summary>
/// <param name="Folder">Where policy, data and inputs are.</param>
/// <param name="Query">The query.</param>
/// <param name="OpaMicros">CPU microseconds of OPA as a library, with parsed input.</param>
/// <param name="OpaServerMicros">CPU microseconds of OPA's REST server.</param>
internal sealed record RegoQuery(string Folder, string Query, double OpaMicros, double OpaServerMicros)
{
    public static IReadOnlyList<RegoQuery> All { get; } =
    [
        new("rbac", "data.bench.rbac.allow", 114, 229),
        new("rbac", "data.bench.rbac.allow_scan", 451, 1_492),
        new("k8s", "data.bench.k8s.response", 198, 498),
        new("capability", "data.crank.access.decision", 150, 249),
    ];
}
