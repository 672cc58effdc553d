using System.Text.Json;
using System.Xml.Linq;

namespace Crank.Architecture.Tests;

/// <summary>Every package that the lock files name, with the licence that its own manifest declares.</summary>
public sealed class LicenceTests
{
    private static readonly HashSet<string> s_allowed = new(StringComparer.Ordinal)
    {
        "MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MS-PL", "PostgreSQL", "OFL-1.1", "blessing",
    };

    /// <summary>Packages whose manifest names no licence expression, with what was found when it was read.</summary>
    private static readonly Dictionary<string, string> s_read = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SQLite"] = "the native library itself: public domain",
    };

    [Fact]
    public void Every_package_has_a_licence_that_is_allowed()
    {
        var packages = Packages().ToList();
        Assert.NotEmpty(packages);
        var refused = packages.Select(p => (p.Id, p.Version, Licence: Licence(p.Id, p.Version))).Where(p => p.Licence is not null && !IsAllowed(p.Licence) && !s_read.ContainsKey(p.Id)).ToList();
        Assert.Empty(refused);
    }

    [Theory]
    [InlineData("AGPL-3.0-only", false)]
    [InlineData("GPL-2.0-or-later", false)]
    [InlineData("", false)]
    [InlineData("MIT", true)]
    [InlineData("MIT OR GPL-2.0", true)]
    [InlineData("MIT AND GPL-2.0", false)]
    [InlineData("Apache-2.0 WITH LLVM-exception", true)]
    public void A_licence_is_allowed_or_refused_by_its_expression(string licence, bool allowed) => Assert.Equal(allowed, IsAllowed(licence));

    private static bool IsAllowed(string expression) =>
        expression.Split(" OR ").Any(choice => choice.Split(" AND ").All(part => s_allowed.Contains(part.Split(" WITH ")[0].Trim(' ', '(', ')'))));

    private static IEnumerable<(string Id, string Version)> Packages() =>
        Repository.Files("packages.lock.json", "src", "services", "tests", "bench")
            .SelectMany(f => JsonDocument.Parse(File.ReadAllText(f)).RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(t => t.Value.EnumerateObject()))
            .Where(p => p.Value.GetProperty("type").GetString() != "Project")
            .Select(p => (p.Name, p.Value.GetProperty("resolved").GetString()!))
            .Distinct();

    private static string? Licence(string id, string version)
    {
        var folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var manifest = Path.Combine(folder, id.ToLowerInvariant(), version.ToLowerInvariant(), id.ToLowerInvariant() + ".nuspec");
        if (!File.Exists(manifest))
        {
            return null; // Locked for another platform, and not downloaded here.
        }

        var licence = XDocument.Load(manifest).Descendants().FirstOrDefault(e => e.Name.LocalName == "license");
        return licence?.Attribute("type")?.Value == "expression" ? licence.Value : FromFile(Path.GetDirectoryName(manifest)!, licence?.Value);
    }

    private static string FromFile(string folder, string? file) =>
        file is null || !File.Exists(Path.Combine(folder, file)) ? ""
            : File.ReadAllText(Path.Combine(folder, file)) is var text && text.Contains("MIT License", StringComparison.OrdinalIgnoreCase) ? "MIT"
            : text.Contains("Apache License", StringComparison.OrdinalIgnoreCase) ? "Apache-2.0" : "";
}
