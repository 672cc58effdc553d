using System.Xml.Linq;

namespace Crank.Architecture.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void Projects_reference_only_what_the_architecture_allows()
    {
        var projects = Repository.Files("*.csproj", "src", "services").Select(f => (
            Path.GetFileNameWithoutExtension(f),
            f.StartsWith(Path.Combine(Repository.Root, "services"), StringComparison.Ordinal),
            XDocument.Load(f))).ToList();

        Assert.NotEmpty(projects);
        Assert.Empty(ProjectReferences.Violations(projects));
    }

    [Theory]
    [InlineData("Crank.Core", false, "../Crank.Mesh/Crank.Mesh.csproj")]
    [InlineData("Crank.Mesh", false, "../Crank.Node/Crank.Node.csproj")]
    [InlineData("Crank.Node", false, "../Crank.Mesh/Crank.Mesh.csproj")]
    [InlineData("Crank.Doc", true, "../../src/Crank.Core/Crank.Core.csproj")]
    [InlineData("Crank.Sdk", false, "../../services/Crank.Doc/Crank.Doc.csproj")]
    [InlineData("Crank.Unheard", false, "../Crank.Core/Crank.Core.csproj")]
    public void A_forbidden_reference_is_found(string project, bool isService, string reference) =>
        Assert.Single(ProjectReferences.Violations(
            [(project, isService, XDocument.Parse($"<Project><ItemGroup><ProjectReference Include=\"{reference}\" /></ItemGroup></Project>"))]));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Crank.slnx"));
        Assert.All(
            Repository.Files("*.csproj", "src", "services", "tests", "bench"),
            f => Assert.Contains(Path.GetRelativePath(Repository.Root, f), solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_project_has_a_committed_lock_file() =>
        Assert.All(
            Repository.Files("*.csproj", "src", "services", "tests", "bench"),
            f => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(f)!, "packages.lock.json")), f));
}
