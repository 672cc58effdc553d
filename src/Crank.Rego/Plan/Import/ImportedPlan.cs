using Crank.Rego.Run;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Plan.Import;

/// <summary>Plans that OPA made of policies (<c>opa build -t plan</c>), by the names of their entrypoints.</summary>
internal sealed class ImportedPlan(IReadOnlyDictionary<string, PlanFunction> entrypoints, int functions)
{
    public IEnumerable<string> Entrypoints => entrypoints.Keys.Order(StringComparer.Ordinal);

    /// <summary>The plan of an entrypoint; null when there is none of this name.</summary>
    /// <param name="entrypoint">Its name, such as <c>access/allow</c>, or the reference <c>data.access.allow</c>.</param>
    /// <param name="answers">Whether all objects of the result set are wanted, or the member <c>result</c> of the only one.</param>
    public QueryPlan? Query(string entrypoint, bool answers)
    {
        if (!entrypoints.TryGetValue(entrypoint, out var plan)
            && !(Parser.ParseTerm(entrypoint) is { Ok: true, Value: Term.Ref { Head: Term.Var { Name: "data" } } reference }
                && entrypoints.TryGetValue(string.Join('/', reference.Path.Skip(1).Select(static part => (part as Term.String)?.Value ?? "")), out plan)))
        {
            return null;
        }

        var body = new Block();
        body.Add(new Decide(plan, functions, answers));
        return new(body, 0, answers, 1, 0, [], [], []);
    }

    private sealed class Decide(PlanFunction plan, int functions, bool answers) : Step
    {
        public override Signal Run(Frame frame)
        {
            var run = new PlanRun(frame, functions);
            var activation = new Activation(run, plan.Locals);
            activation.Locals[plan.Parameters[0]] = frame.Input;
            activation.Locals[plan.Parameters[1]] = frame.Data;
            plan.Blocks.Run(activation);
            if (!answers)
            {
                frame.Locals[0] = run.Results.Count > 0 ? run.Results.InOrder(0).Get("result") : default;
                return Signal.Next;
            }

            foreach (var answer in run.Results)
            {
                ((ArrayBuilder)frame.Locals[0].Reference!).Add(answer);
            }

            return Signal.Next;
        }
    }
}
