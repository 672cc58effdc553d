using System.Linq.Expressions;
using System.Reflection;
using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>
/// Writes the nodes of a rule as one flat list of statements with jumps: what has no value jumps away, so everything that is used has one.
/// Locals become variables of the compiled method.
/// </summary>
internal sealed class Emitter
{
    public const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly FieldInfo s_reference = typeof(Value).GetField(nameof(Value.Reference), Any)!;
    private readonly List<Expression> _statements = [];
    private readonly List<ParameterExpression> _variables = [];
    private readonly Dictionary<int, ParameterExpression> _slots = [];
    private readonly Dictionary<int, ParameterExpression> _builders = [];
    private readonly HashSet<int> _uncertain = [];
    private readonly List<Value> _constants = [];
    private readonly ParameterExpression _table = Expression.Variable(typeof(Value[]), "constants");

    public ParameterExpression Frame { get; } = Expression.Parameter(typeof(Frame), "frame");

    /// <summary>A method for these statements, or null when one of the nodes can only be interpreted.</summary>
    public static Func<Frame, Value>? Compile(Action<Emitter, ParameterExpression> body)
    {
        var emitter = new Emitter();
        var result = emitter.Variable(typeof(Value));
        try
        {
            body(emitter, result);
        }
        catch (NotEmittedException)
        {
            return null;
        }

        var start = Expression.Assign(emitter._table, Expression.Constant(emitter._constants.ToArray()));
        var block = Expression.Block(typeof(Value), [emitter._table, .. emitter._variables], [start, .. emitter._statements, result]);
        return Expression.Lambda<Func<Frame, Value>>(block, emitter.Frame).Compile();
    }

    public static Exception Cannot() => new NotEmittedException();

    public void Add(Expression statement) => _statements.Add(statement);

    /// <summary>Counts a turn or an element, as the nodes do.</summary>
    public void Tick() => Add(Expression.Call(Frame, Method(typeof(Frame), nameof(Run.Frame.Tick))));

    public void Mark(LabelTarget label) => Add(Expression.Label(label));

    public void Jump(LabelTarget label) => Add(Expression.Goto(label));

    public void JumpUnless(Expression condition, LabelTarget label) => Add(Expression.IfThen(Expression.Not(condition), Expression.Goto(label)));

    public static LabelTarget Label() => Expression.Label();

    public ParameterExpression Variable(Type type)
    {
        var variable = Expression.Variable(type);
        _variables.Add(variable);
        return variable;
    }

    /// <summary>The variable of a local.</summary>
    public ParameterExpression Slot(int slot)
    {
        if (!_slots.TryGetValue(slot, out var variable))
        {
            variable = Variable(typeof(Value));
            _slots.Add(slot, variable);
        }

        return variable;
    }

    /// <summary>The variable that collects the answers of a comprehension or rule.</summary>
    public ParameterExpression Builder(int slot, Type? type = null)
    {
        if (!_builders.TryGetValue(slot, out var builder))
        {
            builder = Variable(type ?? throw Cannot());
            _builders.Add(slot, builder);
        }

        return builder;
    }

    /// <summary>Says that a local may hold no value, so that whoever reads it must look.</summary>
    public void Doubt(int slot) => _uncertain.Add(slot);

    public Expression Read(int slot, LabelTarget back)
    {
        var variable = Slot(slot);
        if (_uncertain.Contains(slot))
        {
            JumpUnless(IsDefined(variable), back);
        }

        return variable;
    }

    public Expression Constant(in Value value)
    {
        _constants.Add(value);
        return Expression.ArrayAccess(_table, Expression.Constant(_constants.Count - 1));
    }

    public static Expression IsDefined(Expression value) => Expression.NotEqual(Expression.Field(value, s_reference), Expression.Constant(null));

    /// <summary>Keeps the value of an expression in a variable, and jumps away when there is none.</summary>
    public ParameterExpression Keep(Expression value, LabelTarget back)
    {
        var kept = Keep(value);
        JumpUnless(IsDefined(kept), back);
        return kept;
    }

    public ParameterExpression Keep(Expression value)
    {
        var kept = Variable(value.Type);
        Add(Expression.Assign(kept, value));
        return kept;
    }

    public static MethodInfo Method(Type type, string name) => type.GetMethod(name, Any)!;

    /// <summary>A call of one of the static methods of <see cref="Operations"/>.</summary>
    public static Expression Operation(string name, params Expression[] arguments) => Expression.Call(Method(typeof(Operations), name), arguments);

    /// <summary>The values of several nodes, in a new array.</summary>
    public Expression Array(IEnumerable<Node> nodes, LabelTarget back) => Expression.NewArrayInit(typeof(Value), nodes.Select(n => n.Emit(this, back)).ToArray());

    private sealed class NotEmittedException : Exception;
}
