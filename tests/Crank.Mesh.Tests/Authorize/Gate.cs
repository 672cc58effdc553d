using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Tenants;
using Crank.Rego.Values;

namespace Crank.Mesh.Tests.Authorize;

/// <summary>Sets of policies and questions for tests.</summary>
internal static class Gate
{
    /// <summary>A set of one module with package <c>crank.access</c> unless the text has its own.</summary>
    public static PolicyInForce Set(string rego, string revision = "test/1", string data = "{}", PolicyInForce? standard = null) => PolicyInForce.Of(
        [new("access.rego", rego.StartsWith("package", StringComparison.Ordinal) ? rego : $"package crank.access\n{rego}")],
        JsonIn.Read(data).AsObject(), "a test", revision, null, standard, TimeProvider.System);

    /// <summary>The answer of a set whose <c>decision</c> is a term.</summary>
    public static GateAnswer Answer(string term, PolicyTopic topic = PolicyTopic.Job, string input = """{"mesh": {"currency": "EUR"}, "data": {"bytes": 10}}""") =>
        Set($"package {topic.Package()}\ndecision := {term}").Ask(topic, JsonIn.Read(input));

    public static RegoPolicy Policy(string rego) => new(new PolicyBook(Set(rego), TimeProvider.System));

    public static PolicyQuestion Question(Terms? terms = null, TenantRecord? tenant = null, PrincipalRecord? principal = null, params string[] roles) => new(
        new(new SortableId(1)), TenantId.Parse("acme"), PrincipalId.Parse("ann"), [.. roles], tenant, principal, TestMesh.Echo.Id, terms ?? Terms.Default, 10, null, false,
        TestMesh.Start, IsolationLevel.Strong)
    { Currency = Currency.Eur, Offers = TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo) };
}
