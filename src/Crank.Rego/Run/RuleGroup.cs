using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>All rules of one name, whose value is computed once per decision and <c>with</c>.</summary>
internal abstract class RuleGroup(Value[] path, int memo)
{
    private volatile Func<Frame, Value>? _compiled;

    public Value[] Path { get; } = path;

    public int Memo { get; } = memo;

    public static EvaluationException Disagree(bool function, Location at) => new(
        EvaluationException.Conflict,
        function ? "functions must not produce multiple outputs for same inputs" : "complete rules must not produce multiple outputs",
        at);

    public Value Get(Frame frame)
    {
        if (frame.Overrides is not null && Override.Covers(frame.Overrides, Path, out var replaced))
        {
            return replaced;
        }

        var memos = frame.Memo;
        ref var kept = ref memos[Memo];
        if (kept.Reference is not null)
        {
            return ReferenceEquals(kept.Reference, ValueTag.Absent) ? default : kept;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        var value = _compiled is { } compiled ? compiled(frame) : Compute(frame);
        memos[Memo] = value.IsUndefined ? Value.Of(ValueTag.Absent) : value;
        return value;
    }

    /// <summary>Makes a method of the rules, when all their nodes can be written as one.</summary>
    public void Compile() => _compiled = Emitter.Compile(Emit);

    protected abstract Value Compute(Frame frame);

    protected abstract void Emit(Emitter to, ParameterExpression result);
}

/// <summary>A rule and its else branches: the first body with an answer counts.</summary>
internal sealed class Alternatives(int slot, Block[] bodies, Location at)
{
    public Location At { get; } = at;

    public int Slot { get; } = slot;

    public IReadOnlyList<Block> Bodies => bodies;

    public Value Eval(Frame frame)
    {
        ref var answer = ref frame.Locals[Slot];
        foreach (var body in bodies)
        {
            answer = default;
            body.Run(frame);
            if (answer.IsDefined)
            {
                break;
            }
        }

        return answer;
    }

    /// <summary>Writes all alternatives of several rules: the first answer when they are uniform, else the one on which all agree.</summary>
    public static void Emit(Emitter to, Alternatives[] rules, bool uniform, bool function, ParameterExpression result, LabelTarget done)
    {
        foreach (var rule in rules)
        {
            var answer = to.Slot(rule.Slot);
            var decided = Emitter.Label();
            foreach (var body in rule.Bodies)
            {
                var end = Emitter.Label();
                to.Add(Expression.Assign(answer, Expression.Default(typeof(Value))));
                body.Emit(to, end, end);
                to.Mark(end);
                to.Add(Expression.IfThen(Emitter.IsDefined(answer), Expression.Goto(decided)));
            }

            var next = Emitter.Label();
            to.Jump(next);
            to.Mark(decided);
            if (!uniform)
            {
                to.Add(Expression.IfThen(
                    Expression.AndAlso(Emitter.IsDefined(result), Expression.Not(Emitter.Operation(nameof(Operations.Same), result, answer))),
                    Emitter.Operation(nameof(Operations.Disagree), Expression.Constant(function), Expression.Constant(rule.At))));
            }

            to.Add(Expression.Assign(result, answer));
            if (uniform)
            {
                to.Jump(done);
            }

            to.Mark(next);
        }
    }
}

/// <summary>Rules with one value. All that have an answer must agree.</summary>
internal sealed class CompleteRules(Value[] path, int memo) : RuleGroup(path, memo)
{
    public Alternatives[] Rules { get; set; } = [];

    public Node? Default { get; set; }

    /// <summary>Whether all rules give the same constant, so that the first answer is enough.</summary>
    public bool Uniform { get; set; }

    protected override Value Compute(Frame frame)
    {
        Value result = default;
        foreach (var rule in Rules)
        {
            var value = rule.Eval(frame);
            if (value.IsUndefined)
            {
                continue;
            }

            if (Uniform)
            {
                return value;
            }

            if (result.IsDefined && !result.Equals(value))
            {
                throw Disagree(false, rule.At);
            }

            result = value;
        }

        return result.IsUndefined && Default is not null ? Default.Eval(frame) : result;
    }

    protected override void Emit(Emitter to, ParameterExpression result)
    {
        var done = Emitter.Label();
        Alternatives.Emit(to, Rules, Uniform, false, result, done);
        if (Default is not null)
        {
            to.Add(Expression.IfThen(Emitter.IsDefined(result), Expression.Goto(done)));
            to.Add(Expression.Assign(result, Expression.Call(Expression.Constant(Default), Emitter.Method(typeof(Node), nameof(Node.Eval)), to.Frame)));
        }

        to.Mark(done);
    }
}

/// <summary>Rules that add to a set.</summary>
internal sealed class SetRules(Value[] path, int memo, int slot) : RuleGroup(path, memo)
{
    public int Slot { get; } = slot;

    public Block[] Bodies { get; set; } = [];

    protected override Value Compute(Frame frame)
    {
        var set = new SetValue(0);
        frame.Locals[Slot] = set;
        foreach (var body in Bodies)
        {
            body.Run(frame);
        }

        return set;
    }

    protected override void Emit(Emitter to, ParameterExpression result)
    {
        var set = to.Builder(Slot, typeof(SetValue));
        to.Add(Expression.Assign(set, Expression.New(typeof(SetValue).GetConstructor(Emitter.Any, [typeof(int)])!, Expression.Constant(0))));
        foreach (var body in Bodies)
        {
            var end = Emitter.Label();
            body.Emit(to, end, end);
            to.Mark(end);
        }

        to.Add(Expression.Assign(result, Emitter.Operation(nameof(Operations.Wrap), set)));
    }
}

/// <summary>Rules with variables in their names, together with those below the same place that have none.</summary>
internal sealed class ObjectRules(Value[] path, int memo, int slot) : RuleGroup(path, memo)
{
    public int Slot { get; } = slot;

    public Block[] Bodies { get; set; } = [];

    /// <summary>Rules below with constant names, by the path from here.</summary>
    public (Value[] Below, RuleGroup Group)[] Fixed { get; set; } = [];

    protected override Value Compute(Frame frame)
    {
        var made = Begin(frame);
        frame.Locals[Slot] = made;
        foreach (var body in Bodies)
        {
            body.Run(frame);
        }

        return made;
    }

    protected override void Emit(Emitter to, ParameterExpression result)
    {
        var made = to.Builder(Slot, typeof(ObjectValue));
        to.Add(Expression.Assign(made, Expression.Call(Expression.Constant(this), Emitter.Method(typeof(ObjectRules), nameof(Begin)), to.Frame)));
        foreach (var body in Bodies)
        {
            var end = Emitter.Label();
            body.Emit(to, end, end);
            to.Mark(end);
        }

        to.Add(Expression.Assign(result, Emitter.Operation(nameof(Operations.Wrap), made)));
    }

    private ObjectValue Begin(Frame frame)
    {
        var made = new ObjectValue(0);
        made.Owner = made;
        foreach (var (below, group) in Fixed)
        {
            var value = group.Get(frame);
            if (value.IsDefined)
            {
                DynamicDocument.Put(made, below, value, false);
            }
        }

        return made;
    }
}

/// <summary>A function of the policy.</summary>
internal sealed class Function(string name, int[] argumentSlots) : Callable(name)
{
    private volatile Func<Frame, Value>? _compiled;

    public int[] ArgumentSlots { get; } = argumentSlots;

    public Alternatives[] Rules { get; set; } = [];

    public Alternatives? Default { get; set; }

    public bool Uniform { get; set; }

    public override Value Call(Frame frame, ReadOnlySpan<Value> arguments)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        for (var i = 0; i < ArgumentSlots.Length; i++)
        {
            frame.Locals[ArgumentSlots[i]] = arguments[i];
        }

        return Answer(frame);
    }

    /// <summary>Makes a method of the function, when all its nodes can be written as one.</summary>
    public void Compile() => _compiled = Emitter.Compile((to, result) =>
    {
        foreach (var slot in ArgumentSlots)
        {
            to.Add(Expression.Assign(to.Slot(slot), Expression.ArrayAccess(Expression.Property(to.Frame, nameof(Frame.Locals)), Expression.Constant(slot))));
        }

        var done = Emitter.Label();
        Alternatives.Emit(to, Rules, Uniform, true, result, done);
        if (Default is not null)
        {
            to.Add(Expression.IfThen(Emitter.IsDefined(result), Expression.Goto(done)));
            Alternatives.Emit(to, [Default], false, true, result, done);
        }

        to.Mark(done);
    });

    private Value Answer(Frame frame)
    {
        if (_compiled is { } compiled)
        {
            return compiled(frame);
        }

        Value result = default;
        foreach (var rule in Rules)
        {
            var value = rule.Eval(frame);
            if (value.IsUndefined)
            {
                continue;
            }

            if (Uniform)
            {
                return value;
            }

            if (result.IsDefined && !result.Equals(value))
            {
                throw RuleGroup.Disagree(true, rule.At);
            }

            result = value;
        }

        return result.IsUndefined && Default is not null ? Default.Eval(frame) : result;
    }
}
