using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Syntax;
using Crank.Rego.Values;
using Crank.Schema;

namespace Crank.Cli.Policy;

/// <summary>A query whose answers tell, as in <c>opa eval</c>, the value of each expression and of each variable.</summary>
internal sealed class Question
{
    private const string Captured = "crank_value_";

    private readonly PreparedQuery _asWritten;
    private readonly PreparedQuery _prepared;
    private readonly IReadOnlyList<(Expr Written, string? Variable)> _expressions;

    private Question(PreparedQuery asWritten, PreparedQuery prepared, IReadOnlyList<(Expr Written, string? Variable)> expressions)
    {
        _asWritten = asWritten;
        _prepared = prepared;
        _expressions = expressions;
    }

    /// <summary>One answer.</summary>
    public sealed record Answer(IReadOnlyList<(Expr Written, Value Value)> Expressions, IReadOnlyList<(string Name, Value Value)> Bindings);

    /// <exception cref="PolicyException">The query is wrong.</exception>
    public static Question Prepare(PolicySet policies, string query, Snapshot snapshot)
    {
        // As it was written first: so that mistakes are found where they stand.
        var asWritten = policies.PrepareAnswers(query, snapshot);
        var body = Parser.ParseQuery(query).Value!.Body;
        var expressions = body.Select((e, i) => (e, HasValue(e) ? $"{Captured}{i}" : null)).ToList();
        try
        {
            // What is not the last word must hold before the next is asked.
            var text = expressions.Select(e => e.Item2 is null ? e.e.ToString() : body.Length == 1 ? $"{e.Item2} := {e.e}" : $"{e.Item2} := {e.e}\n{e.Item2}");
            return new(asWritten, policies.PrepareAnswers(string.Join('\n', text), snapshot), expressions!);
        }
        catch (PolicyException)
        {
            // A call whose last argument takes its result has no value.
            return new(asWritten, asWritten, [.. body.Select(e => (e, (string?)null))]);
        }
    }

    /// <summary>Asks, and tells <paramref name="probes"/> what was reached when the policies are instrumented.</summary>
    /// <exception cref="EvaluationException">The policy made an error.</exception>
    public IReadOnlyList<Answer> Ask(in Value input, Probes probes, CancellationToken cancellationToken)
    {
        try
        {
            return Answers(_prepared.Observe(input, probes, cancellationToken: cancellationToken));
        }
        catch (EvaluationException e) when (e.At is { File: "" })
        {
            // An error in the query itself is told where it was written.
            _asWritten.Decide(input, cancellationToken: cancellationToken);
            throw;
        }
    }

    /// <summary>For a query without answers: the first name in it that nothing has, and the nearest that something has.</summary>
    public (string Name, string? Nearest)? Unknown(PolicySet policies, ObjectValue documents)
    {
        foreach (var (written, _) in _expressions)
        {
            if (written.Form is not ExprForm.Single { Term: Term.Ref { Head: Term.Var { Name: "data" } } reference })
            {
                continue;
            }

            var place = Terms.Ref(Location.None, "data");
            Value document = documents;
            foreach (var key in reference.Path.Skip(1).TakeWhile(k => k is Term.String).Cast<Term.String>())
            {
                var node = policies.Policy.Rules.Find(place);
                if (node is { Rules.Count: > 0 })
                {
                    break;
                }

                var next = new Term.Ref(Location.None, place.Path.Add(key));
                var inner = document.IsDefined ? document.Get(key.Value) : document;
                if (policies.Policy.Rules.Find(next) is null && inner.IsUndefined)
                {
                    var known = (node?.Children ?? []).Select(c => (c.Key as Term.String)?.Value ?? "")
                        .Concat(document is { IsDefined: true, Kind: ValueKind.Object } ? document.AsObject().Select(m => m.Key.TryGetString(out var name) ? name : "") : []);
                    var near = NearestName.Find(key.Value, known);
                    return (next.ToString()!, near is null ? null : new Term.Ref(Location.None, place.Path.Add(new Term.String(Location.None, near))).ToString());
                }

                (place, document) = (next, inner);
            }
        }

        return null;
    }

    private IReadOnlyList<Answer> Answers(Decision decision) => [.. decision.Result.AsArray().Select(a => a.AsObject()).Select(a => new Answer(
        [.. _expressions.Select(e => (e.Written, e.Variable is null ? Value.True : a.Get(e.Variable)))],
        [.. a.Select(m => (Name: m.Key.AsString(), m.Value)).Where(m => !m.Name.StartsWith(Captured, StringComparison.Ordinal))]))];

    private static bool HasValue(Expr expr) => !expr.Negated && expr.Form switch
    {
        ExprForm.Single => true,
        ExprForm.Call call => call.Name is not ("assign" or "eq" or "print"),
        _ => false,
    };
}
