using System.Text;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.Templates;

/// <summary>Writes what a template makes of a value. Every node that runs and every text that is written is paid for.</summary>
internal sealed class TemplateRenderer
{
    private const int MaxDepth = 100;

    private readonly BuiltinContext _context;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> _templates;
    private readonly StringBuilder _result = new();
    private readonly List<(string Name, object? Value)> _variables = [];
    private int _depth;

    private TemplateRenderer(BuiltinContext context, IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> templates)
    {
        _context = context;
        _templates = templates;
    }

    private enum Next
    {
        On,
        Continue,
        Break,
    }

    public static string Render(BuiltinContext context, string template, Value data)
    {
        context.Charge((template.Length / 16) + 1);
        var renderer = new TemplateRenderer(context, TemplateParser.Parse(template));
        renderer.Template("template", data);
        return renderer._result.ToString();
    }

    private static BuiltinException Wrong(string what) => new($"template: template: {what}");

    private void Template(string name, object? data)
    {
        if (!_templates.TryGetValue(name, out var nodes))
        {
            throw Wrong($"template \"{name}\" not defined");
        }

        if (++_depth > MaxDepth)
        {
            throw Wrong("exceeded maximum template depth");
        }

        var known = _variables.ToArray();
        _variables.Clear();
        _variables.Add(("$", data));
        Run(nodes, data);
        _variables.Clear();
        _variables.AddRange(known);
        _depth--;
    }

    private Next Run(IReadOnlyList<TemplateNode> nodes, object? dot)
    {
        foreach (var node in nodes)
        {
            _context.Charge(1);
            switch (node)
            {
                case TemplateNode.Text text:
                    Write(text.Content);
                    break;
                case TemplateNode.Action action:
                    var value = Evaluate(action.Pipeline, dot);
                    if (action.Pipeline.Variables.Count == 0)
                    {
                        Write(value is null or Value { Kind: ValueKind.Null } ? "<no value>" : TemplateFunctions.Text(_context, value));
                    }

                    break;
                case TemplateNode.Call call:
                    Template(call.Name, call.Pipeline is null ? null : Evaluate(call.Pipeline, dot));
                    break;
                case TemplateNode.Leave leave:
                    return leave.ForGood ? Next.Break : Next.Continue;
                case TemplateNode.Branch branch:
                    var known = _variables.Count;
                    var next = branch.Kind == "range" ? Range(branch, dot) : Choose(branch, dot);
                    _variables.RemoveRange(known, _variables.Count - known);
                    if (next != Next.On)
                    {
                        return next;
                    }

                    break;
            }
        }

        return Next.On;
    }

    private Next Choose(TemplateNode.Branch branch, object? dot)
    {
        var value = Evaluate(branch.Pipeline, dot);
        return TemplateFunctions.IsTrue(value) ? Run(branch.Then, branch.Kind == "with" ? value : dot) : Run(branch.Else, dot);
    }

    private Next Range(TemplateNode.Branch branch, object? dot)
    {
        var items = Items(Evaluate(branch.Pipeline with { Variables = [] }, dot));
        var ran = false;
        foreach (var (key, item) in items)
        {
            ran = true;
            _context.Charge(1);
            var known = _variables.Count;
            var names = branch.Pipeline.Variables;
            for (var at = 0; at < names.Count; at++)
            {
                Set(names[at], at == names.Count - 1 ? item : key, branch.Pipeline.Declares);
            }

            var next = Run(branch.Then, item);
            _variables.RemoveRange(known, _variables.Count - known);
            if (next == Next.Break)
            {
                break;
            }
        }

        return ran ? Next.On : Run(branch.Else, dot);
    }

    private static IEnumerable<(object? Key, object? Item)> Items(object? value)
    {
        switch (value)
        {
            case null or TemplateMissing or Value { Kind: ValueKind.Null }:
                return [];
            case long count:
                return Numbers(count);
            case Value { Kind: ValueKind.Array or ValueKind.Set } items:
                return Operand.Elements(items)!.Select(static (item, index) => ((object?)(long)index, (object?)item));
            case Value { Kind: ValueKind.Object } members:
                var all = members.AsObject();
                return Enumerable.Range(0, all.Count).Select(at => all.InOrder(at)).Select(static member => ((object?)member.Key, (object?)member.Value));
            default:
                throw Wrong($"range can't iterate over {value}");
        }

        static IEnumerable<(object? Key, object? Item)> Numbers(long count)
        {
            for (long at = 0; at < count; at++)
            {
                yield return (at, at);
            }
        }
    }

    private void Set(string name, object? value, bool declares)
    {
        if (declares)
        {
            _variables.Add((name, value));
            return;
        }

        _variables[_variables.FindLastIndex(known => known.Name == name)] = (name, value);
    }

    private object? Evaluate(TemplatePipeline pipeline, object? dot)
    {
        object? value = null;
        for (var at = 0; at < pipeline.Commands.Count; at++)
        {
            value = Command(pipeline.Commands[at], dot, at > 0, value);
        }

        if (pipeline.Variables.Count > 0)
        {
            Set(pipeline.Variables[^1], value, pipeline.Declares);
        }

        return value;
    }

    private object? Command(IReadOnlyList<TemplateOperand> operands, object? dot, bool hasLast, object? last)
    {
        _context.Charge(1);
        if (operands[0] is TemplateOperand.Function { Name: "and" or "or" } shortcut)
        {
            // The rest is not looked at once the answer is known.
            object? value = null;
            for (var at = 1; at < operands.Count + (hasLast ? 1 : 0); at++)
            {
                value = at < operands.Count ? One(operands[at], dot) : last;
                if (TemplateFunctions.IsTrue(value) == (shortcut.Name == "or"))
                {
                    break;
                }
            }

            return operands.Count == 1 && !hasLast ? throw Wrong($"wrong number of args for {shortcut.Name}: want at least 1 got 0") : value;
        }

        if (operands[0] is TemplateOperand.Function function)
        {
            var arguments = operands.Skip(1).Select(operand => One(operand, dot)).ToList();
            if (hasLast)
            {
                arguments.Add(last);
            }

            return TemplateFunctions.Call(_context, function.Name, arguments);
        }

        return operands.Count > 1 || hasLast
            ? throw Wrong($"can't give argument to non-function {operands[0].Text}")
            : One(operands[0], dot);
    }

    private object? One(TemplateOperand operand, object? dot)
    {
        switch (operand)
        {
            case TemplateOperand.Literal literal:
                return literal.Value;
            case TemplateOperand.Dot:
                return dot;
            case TemplateOperand.Variable variable:
                return _variables.FindLast(known => known.Name == variable.Name).Value;
            case TemplateOperand.Function function:
                return TemplateFunctions.Call(_context, function.Name, []);
            case TemplateOperand.Nested nested:
                return Evaluate(nested.Pipeline, dot);
            case TemplateOperand.Fields fields:
                var value = One(fields.Of, dot);
                foreach (var name in fields.Names)
                {
                    value = Field(value, name, fields.Text);
                }

                return value;
            default:
                throw Wrong($"unexpected {operand.Text}");
        }
    }

    private static object? Field(object? value, string name, string text)
    {
        switch (value)
        {
            case TemplateMissing:
                return value;
            case null or Value { Kind: ValueKind.Null }:
                throw Wrong($"executing \"template\" at <{text}>: nil data; no entry for key \"{name}\"");
            case Value { Kind: ValueKind.Object } members:
                return members.Get(name) is { IsDefined: true } member ? member : TemplateMissing.Value;
            default:
                throw Wrong($"executing \"template\" at <{text}>: can't evaluate field {name} in type interface {{}}");
        }
    }

    private void Write(string text)
    {
        _context.Charge((text.Length / 16) + 1);
        _result.Append(text);
    }
}
