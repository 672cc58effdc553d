using System.Xml.Linq;

namespace Crank.Architecture.Tests;

/// <summary>Which project may reference which: the table of <c>ARCHITECTURE.md</c>, and the check that holds project files against it.</summary>
internal static class ProjectReferences
{
    private const string AnyService = "services/*";

    /// <summary>Direct references allowed, by project. A project that is not named here may not exist.</summary>
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Crank.Core"] = [],
        ["Crank.Schema"] = [],
        ["Crank.Rego"] = ["Crank.Schema"],
        ["Crank.Session"] = [],
        ["Crank.Confinement"] = [],
        ["Crank.Sdk"] = ["Crank.Session", "Crank.Schema", "Crank.Core", "Crank.Confinement"],
        ["Crank.Ledger"] = ["Crank.Core"],
        ["Crank.Trust"] = ["Crank.Core"],
        ["Crank.Carbon"] = ["Crank.Core"],
        ["Crank.Market"] = ["Crank.Core"],
        ["Crank.Storage"] = ["Crank.Core"],
        ["Crank.Mesh"] = ["Crank.Ledger", "Crank.Trust", "Crank.Carbon", "Crank.Market", "Crank.Storage", "Crank.Rego", "Crank.Schema", "Crank.Session", "Crank.Core"],
        ["Crank.Node"] = ["Crank.Session", "Crank.Trust", "Crank.Carbon", "Crank.Core", "Crank.Confinement"],
        ["Crank.Gateway"] = ["Crank.Mesh"],
        ["Crank.Cli"] = ["Crank.Gateway", "Crank.Mesh", "Crank.Node", "Crank.Rego", AnyService],
        [AnyService] = ["Crank.Sdk"],
    };

    /// <summary>Every reference of a project file under src/ or services/ that the table does not allow, in words.</summary>
    public static IReadOnlyList<string> Violations(IEnumerable<(string Project, bool IsService, XDocument Content)> projects)
    {
        var violations = new List<string>();
        foreach (var (project, isService, content) in projects)
        {
            var key = isService ? AnyService : project;
            if (!Allowed.TryGetValue(key, out var allowed))
            {
                violations.Add($"{project} is not in the table of projects");
                continue;
            }

            foreach (var reference in content.Descendants("ProjectReference").Select(r => (string)r.Attribute("Include")!))
            {
                var name = Path.GetFileNameWithoutExtension(reference);
                var toService = reference.Contains("services/", StringComparison.Ordinal);
                if (!allowed.Contains(toService ? AnyService : name))
                {
                    violations.Add($"{project} may not reference {name}");
                }
            }
        }

        return violations;
    }
}
