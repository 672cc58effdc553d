using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>All metadata blocks of a policy, and the constants that <c>rego.metadata.rule()</c> and <c>rego.metadata.chain()</c> stand for.</summary>
internal sealed class MetadataCalls
{
    private readonly Dictionary<string, Annotation> _documents = [];
    private readonly Dictionary<string, Annotation> _packages = [];
    private readonly Dictionary<string, Annotation> _subpackages = [];
    private readonly Dictionary<(SourceText, int), List<Annotation>> _rules = [];

    public MetadataCalls(IReadOnlyList<Unit> units, Problems problems)
    {
        foreach (var annotation in units.SelectMany(unit => unit.Module.Annotations))
        {
            var path = annotation.Target.ToString();
            if (annotation.Scope == AnnotationScope.Rule)
            {
                var place = (annotation.TargetAt.Source, annotation.TargetAt.Offset);
                if (!_rules.TryGetValue(place, out var list))
                    _rules[place] = list = [];
                list.Add(annotation);
                continue;
            }
            var scope = annotation.Scope switch
            {
                AnnotationScope.Document => _documents,
                AnnotationScope.Package => _packages,
                _ => _subpackages,
            };
            if (!scope.TryAdd(path, annotation))
            {
                problems.Add(RegoErrorCodes.Type, annotation.At,
                    $"{AnnotationJson.NameOf(annotation.Scope)} annotation redeclared: {scope[path].At}");
            }
        }
    }

    /// <summary>Blocks that speak of a rule, from the root of its package to itself.</summary>
    public IEnumerable<Annotation> Outermost(Rule rule) => Chain(rule).Reverse().Where(link => link.Annotation is not null).Select(link => link.Annotation!);

    /// <summary>Puts the constants in front of the bodies that ask for them.</summary>
    public Rule Rewrite(Rule rule, LocalNames names)
    {
        var calls = new Calls();
        calls.Visit(rule);
        if (!calls.Chain && !calls.Own)
            return rule;
        var body = new List<Expr>();
        Term.Var? chain = null;
        Term.Var? own = null;
        if (calls.Chain)
        {
            var links = Chain(rule).Select(Link).ToArray();
            (var equality, chain) = names.Capture(Constant(new JsonArray(links), rule.At));
            body.Add(equality);
        }
        if (calls.Own)
        {
            (var equality, own) = names.Capture(Constant(OfRule(rule).FirstOrDefault()?.ToJson() ?? [], rule.At));
            body.Add(equality);
        }
        var replace = new Replace(chain, own);
        body.AddRange(replace.Map(rule.Body));
        return rule with
        {
            Body = Make.Numbered(body),
            Head = rule.Head with
            {
                Key = rule.Head.Key is null ? null : replace.Map(rule.Head.Key),
                Value = rule.Head.Value is null ? null : replace.Map(rule.Head.Value),
            },
        };
    }

    private IEnumerable<Annotation> OfRule(Rule rule) =>
        _rules.GetValueOrDefault((rule.At.Source, rule.At.Offset))?.OrderByDescending(annotation => annotation.At.Offset) ?? Enumerable.Empty<Annotation>();

    private IEnumerable<(Term.Ref Path, Annotation? Annotation)> Chain(Rule rule)
    {
        var path = Terms.GroundPrefix(rule.Path);
        var own = OfRule(rule).ToList();
        if (own.Count == 0)
            yield return (path, null);
        foreach (var annotation in own)
            yield return (annotation.Target, annotation);
        if (_documents.TryGetValue(path.ToString(), out var document))
            yield return (document.Target, document);
        if (_packages.TryGetValue(rule.Package.ToString(), out var package))
            yield return (package.Target, package);
        for (var length = rule.Package.Path.Length; length > 0; length--)
        {
            if (_subpackages.TryGetValue(new Term.Ref(rule.Package.At, rule.Package.Path[..length]).ToString(), out var above))
                yield return (above.Target, above);
        }
    }

    private static JsonNode Link((Term.Ref Path, Annotation? Annotation) link)
    {
        var json = new JsonObject { ["path"] = new JsonArray([.. AnnotationJson.Path(link.Path).Skip(1).Select(key => key!.DeepClone())]) };
        if (link.Annotation is not null)
            json["annotations"] = link.Annotation.ToJson();
        return json;
    }

    private static Term Constant(JsonNode? json, Location at) => json switch
    {
        null => new Term.Null(at),
        JsonObject obj => new Term.Object(at, [.. obj.Select(p => new KeyValuePair<Term, Term>(new Term.String(at, p.Key), Constant(p.Value, at)))]),
        JsonArray array => new Term.Array(at, [.. array.Select(item => Constant(item, at))]),
        _ => json.GetValueKind() switch
        {
            JsonValueKind.String => new Term.String(at, json.GetValue<string>()),
            JsonValueKind.True => new Term.Boolean(at, true),
            JsonValueKind.False => new Term.Boolean(at, false),
            _ => new Term.Number(at, json.ToJsonString()),
        },
    };

    private sealed class Calls : Visitor
    {
        public bool Chain { get; private set; }

        public bool Own { get; private set; }

        public override void Visit(Expr expr)
        {
            Chain |= Make.IsCall(expr, "rego.metadata.chain");
            Own |= Make.IsCall(expr, "rego.metadata.rule");
            base.Visit(expr);
        }
    }

    private sealed class Replace(Term.Var? chain, Term.Var? own) : Mapper
    {
        public override Expr Map(Expr expr)
        {
            var constant = Make.IsCall(expr, "rego.metadata.chain") ? chain : Make.IsCall(expr, "rego.metadata.rule") ? own : null;
            if (constant is null)
                return base.Map(expr);
            var arguments = ((ExprForm.Call)expr.Form).Arguments;
            var value = new Term.Var(expr.At, constant.Name);
            return arguments.IsEmpty
                ? expr with { Form = new ExprForm.Single(value), Generated = true }
                : Make.Equality(expr.At, arguments[0], value) with { Generated = true, Index = expr.Index };
        }
    }
}
