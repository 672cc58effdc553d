using System.Text;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Rego.Tests.Decide;

internal static class Policies
{
    public static PolicySet Compile(string rules, PolicyOptions? options = null) =>
        PolicySet.Compile([new PolicySource("t.rego", "package t\n\n" + rules)], options);

    public static Decision Ask(string rules, string input = "{}", string data = "{}", PolicyOptions? options = null, string query = "data.t.p")
    {
        var policies = Compile(rules, options);
        return policies.Prepare(query, Snapshot.Read(policies, Encoding.UTF8.GetBytes(data))).Decide(Encoding.UTF8.GetBytes(input));
    }

    /// <summary>The answer as JSON, which both back ends must give.</summary>
    public static string? Answer(string rules, string input = "{}", string data = "{}", string query = "data.t.p")
    {
        var nodes = Ask(rules, input, data, new PolicyOptions { Backend = PolicyBackend.Nodes }, query).ToJson();
        Assert.Equal(nodes, Ask(rules, input, data, new PolicyOptions { Backend = PolicyBackend.Expressions }, query).ToJson());
        return nodes;
    }

    public static byte[] Json(Value value) => Encoding.UTF8.GetBytes(JsonOut.Write(value));
}
