using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Rego.Values;

namespace Crank.Mesh.Tests.Authorize;

public sealed class PolicyBookTests
{
    private const string Yes = "decision := {\"allow\": true, \"rule\": \"yes\", \"reasons\": [data.word]}";
    private const string No = "decision := {\"allow\": false, \"rule\": \"no\", \"reasons\": [data.word]}";

    [Fact]
    public void Another_set_is_put_in_force_whole_and_an_error_leaves_the_last_good_one()
    {
        var book = new PolicyBook(Gate.Set(Yes, "a", """{"word": "a"}"""), TimeProvider.System);
        var changed = new List<string>();
        book.Changed = set => changed.Add(set.Revision);
        Assert.Equal(("yes", "a"), Asked(book));
        book.Fail(new("folder x", "it does not compile", TestMesh.Start));
        Assert.Equal("it does not compile", book.LastError!.Message);
        Assert.Equal(("yes", "a"), Asked(book));
        book.Put(Gate.Set(No, "b", """{"word": "b"}"""));
        Assert.Equal(("no", "b"), Asked(book));
        Assert.Null(book.LastError);
        Assert.Equal(["b"], changed);
    }

    [Fact]
    public void Documents_of_the_mesh_stay_when_the_set_changes()
    {
        var book = new PolicyBook(Gate.Set("decision := {\"allow\": true, \"reasons\": [data.mesh.word]}"), TimeProvider.System);
        book.PutMesh(JsonIn.Read("""{"word": "kept"}""").AsObject());
        Assert.Equal("kept", book.Ask(PolicyTopic.Job, ObjectValue.Empty, null, CancellationToken.None).Why);
        book.Put(Gate.Set("decision := {\"allow\": false, \"reasons\": [data.mesh.word]}"));
        Assert.Equal("kept", book.Ask(PolicyTopic.Job, ObjectValue.Empty, null, CancellationToken.None).Why);
    }

    [Fact]
    public void Who_listens_hears_every_answer_and_cannot_change_one()
    {
        var book = new PolicyBook(Gate.Set(Yes, "a", """{"word": "a"}"""), TimeProvider.System);
        var heard = new List<PolicyAsked>();
        book.Asked = heard.Add;
        var id = new DecisionId(new SortableId(7));
        var input = JsonIn.Read("""{"x": 1}""");
        book.Ask(PolicyTopic.Job, input, id, CancellationToken.None);
        var asked = Assert.Single(heard);
        Assert.Equal((PolicyTopic.Job, id, input, "yes", book.Current), (asked.Topic, asked.Decision, asked.Input, asked.Answer.Rule, asked.Set));
        book.Asked = _ => throw new InvalidOperationException("a listener with a defect");
        Assert.True(book.Ask(PolicyTopic.Job, input, id, CancellationToken.None).Allowed);
        Assert.Equal(1, book.Unheard);
    }

    /// <summary>Two sets whose rule, data and revision belong together: an answer that takes one part from each is found.</summary>
    [Fact]
    public async Task Under_load_every_answer_is_wholly_of_one_set()
    {
        var sets = new[] { Gate.Set(Yes, "a", """{"word": "a"}"""), Gate.Set(No, "b", """{"word": "b"}""") };
        var book = new PolicyBook(sets[0], TimeProvider.System);
        var policy = new RegoPolicy(book);
        var question = Gate.Question();
        var (done, seen) = (0, new System.Collections.Concurrent.ConcurrentDictionary<(bool, string, string, string), long>());
        var askers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref done) == 0)
            {
                var decision = await policy.DecideAsync(question, CancellationToken.None);
                seen.AddOrUpdate((decision.Allowed, decision.Rule, decision.Why, decision.Bundle), 1, (_, count) => count + 1);
            }
        }, TestContext.Current.CancellationToken)).ToList();
        for (var i = 1; i <= 20_000 || (seen.Count < 2 && i < 50_000_000); i++)
        {
            book.Put(sets[i % 2]);
        }

        Volatile.Write(ref done, 1);
        await Task.WhenAll(askers);
        Assert.Equal([(false, "no", "b", "b"), (true, "yes", "a", "a")], seen.Keys.Order());
    }

    private static (string Rule, string Revision) Asked(PolicyBook book)
    {
        var answer = book.Ask(PolicyTopic.Job, ObjectValue.Empty, null, CancellationToken.None);
        return (answer.Rule, answer.Revision);
    }
}
