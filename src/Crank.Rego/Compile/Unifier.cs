using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Finds which variables a unification gives values, when some are known already.</summary>
internal sealed class Unifier
{
    private const VarScope Patterns = VarScope.NoRefHeads | VarScope.NoObjectKeys | VarScope.NoClosures;
    private readonly Func<string, bool> _safe;
    private readonly HashSet<string> _unified = [];
    private readonly Dictionary<string, HashSet<string>> _waiting = [];

    private Unifier(Func<string, bool> safe) => _safe = safe;

    public static HashSet<string> Unify(Func<string, bool> safe, Term a, Term b)
    {
        var unifier = new Unifier(safe);
        unifier.Unify(a, b);
        return unifier._unified;
    }

    private bool IsSafe(string name) => _safe(name) || _unified.Contains(name);

    private bool IsSafe(Term refOrCall) => Safety.IsSafe(refOrCall, _safe);

    private void Unify(Term a, Term b)
    {
        switch (a, b)
        {
            case (Term.Var x, Term.Var y):
                if (IsSafe(y.Name))
                    MarkSafe(x.Name);
                else if (IsSafe(x.Name))
                    MarkSafe(y.Name);
                else
                {
                    MarkWaiting(x.Name, y.Name);
                    MarkWaiting(y.Name, x.Name);
                }
                break;
            case (Term.Var x, Term.Array or Term.Object):
                UnifyAll(x.Name, b);
                break;
            case (Term.Array or Term.Object, Term.Var y):
                UnifyAll(y.Name, a);
                break;
            case (Term.Var x, Term.Ref or Term.Call):
                if (IsSafe(b))
                    MarkSafe(x.Name);
                break;
            case (Term.Ref or Term.Call, Term.Var y):
                if (IsSafe(a))
                    MarkSafe(y.Name);
                break;
            case (Term.Var x, _):
                MarkSafe(x.Name);
                break;
            case (_, Term.Var y):
                MarkSafe(y.Name);
                break;
            case (Term.Ref or Term.Call, Term.Array or Term.Object):
                if (IsSafe(a))
                    MarkAllSafe(b);
                break;
            case (Term.Array or Term.Object, Term.Ref or Term.Call):
                if (IsSafe(b))
                    MarkAllSafe(a);
                break;
            case (Term.ArrayComprehension, Term.Array) or (Term.ObjectComprehension, Term.Object):
                MarkAllSafe(b);
                break;
            case (Term.Array, Term.ArrayComprehension) or (Term.Object, Term.ObjectComprehension):
                MarkAllSafe(a);
                break;
            case (Term.Array x, Term.Array y):
                if (x.Items.Length == y.Items.Length)
                {
                    for (var i = 0; i < x.Items.Length; i++)
                        Unify(x.Items[i], y.Items[i]);
                }
                break;
            case (Term.Object x, Term.Object y):
                if (x.Pairs.Length != y.Pairs.Length)
                    break;
                var values = new Dictionary<Term, Term>(TermComparer.Instance);
                foreach (var (key, value) in y.Pairs)
                    values[key] = value;
                foreach (var (key, value) in x.Pairs)
                {
                    if (values.TryGetValue(key, out var other))
                        Unify(value, other);
                }
                break;
        }
    }

    private void UnifyAll(string name, Term pattern)
    {
        if (IsSafe(name))
        {
            MarkAllSafe(pattern);
            return;
        }
        var unsafeNames = VarsIn.Term(pattern, Patterns);
        unsafeNames.RemoveWhere(IsSafe);
        if (unsafeNames.Count == 0)
            MarkSafe(name);
        foreach (var other in unsafeNames)
            MarkWaiting(name, other);
    }

    private void MarkAllSafe(Term pattern)
    {
        foreach (var name in VarsIn.Term(pattern, Patterns))
            MarkSafe(name);
    }

    private void MarkSafe(string name)
    {
        var pending = new Stack<string>([name]);
        while (pending.TryPop(out var safe))
        {
            _unified.Add(safe);
            if (_waiting.Remove(safe, out var same))
            {
                foreach (var other in same)
                    pending.Push(other);
            }
            foreach (var (waiting, needs) in _waiting.ToArray())
            {
                if (needs.Remove(safe) && needs.Count == 0)
                {
                    _waiting.Remove(waiting);
                    pending.Push(waiting);
                }
            }
        }
    }

    private void MarkWaiting(string name, string on)
    {
        if (!_waiting.TryGetValue(name, out var needs))
            _waiting[name] = needs = [];
        needs.Add(on);
    }
}
