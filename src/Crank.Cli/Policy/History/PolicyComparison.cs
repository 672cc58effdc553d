using Crank.Rego.Builtins;
using Crank.Rego.Bundles;
using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Values;

namespace Crank.Cli.Policy.History;

/// <summary>Asks two sets of policies the same questions, and counts what the second answers otherwise.</summary>
internal sealed class PolicyComparison(Bundle before, Bundle after, int most)
{
    private readonly Side _before = new(before);
    private readonly Side _after = new(after);

    /// <summary>The answers that differ, the first of them.</summary>
    public List<Change> Changes { get; } = [];

    public long Asked { get; private set; }

    public long Differ { get; private set; }

    /// <summary>Refused before and allowed now.</summary>
    public long NowAllowed { get; private set; }

    /// <summary>Allowed before and refused now.</summary>
    public long NowRefused { get; private set; }

    /// <summary>Questions whose input was masked.</summary>
    public long Masked { get; private set; }

    /// <summary>Events that cannot be asked again: their input was taken out whole, or they name no rule.</summary>
    public long LeftOut { get; private set; }

    /// <summary>An answer that differs; an error stands for the answer that there was none of.</summary>
    public sealed record Change(LoggedQuestion Question, string Before, string After);

    public void Ask(LoggedQuestion? question, CancellationToken cancellationToken)
    {
        if (question is null)
        {
            LeftOut++;
            return;
        }

        Asked++;
        Masked += question.IsMasked ? 1 : 0;
        var old = _before.Ask(question, question.Recorded, cancellationToken);

        // What depends on time and chance is the same for both, also where nothing was recorded.
        var now = _after.Ask(question, question.Recorded is null ? old.Recorded : question.Recorded, cancellationToken);
        if (old.Text == now.Text)
        {
            return;
        }

        Differ++;
        NowAllowed += !old.Allowed && now.Allowed ? 1 : 0;
        NowRefused += old.Allowed && !now.Allowed ? 1 : 0;
        if (Changes.Count < most)
        {
            Changes.Add(new(question, old.Text, now.Text));
        }
    }

    /// <summary>Whether an answer says yes: true itself, or an object whose <c>allow</c>, <c>allowed</c> or <c>decision</c> is.</summary>
    private static bool Says(in Value result) =>
        result.IsTrue || (result.Kind == ValueKind.Object && (result.Get("allow").IsTrue || result.Get("allowed").IsTrue || result.Get("decision").IsTrue));

    private readonly record struct Answered(string Text, bool Allowed, IReadOnlyDictionary<Value, Value>? Recorded);

    private sealed class Side
    {
        private const int MaxQueries = 1_000;
        private readonly PolicySet _policies;
        private readonly Snapshot _snapshot;
        private readonly Dictionary<string, PreparedQuery> _queries = new(StringComparer.Ordinal);

        public Side(Bundle bundle)
        {
            _policies = PolicySet.Compile(bundle.Modules.Where(static m => !m.Name.EndsWith("_test.rego", StringComparison.Ordinal)));
            _snapshot = bundle.ToSnapshot(_policies);
        }

        public Answered Ask(LoggedQuestion question, IReadOnlyDictionary<Value, Value>? recorded, CancellationToken cancellationToken)
        {
            if (!_queries.TryGetValue(question.Query, out var query))
            {
                if (_queries.Count == MaxQueries)
                {
                    throw new CliException(ExitCode.BadInput, $"The log asks more than {MaxQueries} different questions.", "Take a part of it.");
                }

                _queries[question.Query] = query = _policies.Prepare(question.Query, _snapshot);
            }

            try
            {
                var decision = query.Decide(question.Input, null, recorded, cancellationToken);
                return new(decision.ToJson() ?? "undefined", Says(decision.Result), decision.Recorded);
            }
            catch (Exception e) when (e is EvaluationException or LimitException)
            {
                return new($"error: {e.Message}", false, null);
            }
        }
    }
}
