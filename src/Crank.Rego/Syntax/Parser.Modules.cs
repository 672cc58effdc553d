using System.Collections.Immutable;

namespace Crank.Rego.Syntax;

/// <content>A module from its statements.</content>
public sealed partial class Parser
{
    private ParseResult<Module> ModuleOf(List<Statement> statements)
    {
        if (statements.Count == 0)
            return new ParseResult<Module>(null, [new RegoError(RegoErrorCodes.Parse, "empty module", new Location(_source, 0, 0, 0, 0))]);

        var metadata = _options.Annotations ? Metadata() : [];
        if (statements[0].Package is not { } package)
        {
            Error(statements[0].At, "package expected");
            package = new Package(statements[0].At, NoPackage);
        }
        var imports = ImmutableArray.CreateBuilder<Import>();
        var rules = new List<(Statement Statement, Rule Rule)>();
        foreach (var statement in statements.Skip(1))
        {
            if (statement.Import is not null)
                imports.Add(statement.Import);
            else if (statement.Package is not null)
                Error(statement.At, "unexpected package");
            else if ((statement.Rule ?? RuleOf(statement.Body)) is { } rule)
                rules.Add((statement, InPackage(rule, package.Path)));
        }
        foreach (var (_, rule) in rules.Where(_ => !_options.IsV0))
            CheckKeywords(rule);
        if (!_now.Errors.IsEmpty)
            return Failed<Module>();

        var byStatement = rules.ToDictionary(r => r.Statement, r => r.Rule);
        var annotations = ImmutableArray.CreateBuilder<Annotation>();
        foreach (var raw in metadata)
        {
            if (Attach(raw, statements, byStatement) is { } annotation)
                annotations.Add(annotation);
        }
        if (!_now.Errors.IsEmpty)
            return Failed<Module>();

        var free = annotations.ToList();
        var attached = rules.Select(r => WithAnnotations(r.Rule, free)).ToImmutableArray();
        return new ParseResult<Module>(
            new Module(_source, package, imports.ToImmutable(), attached, annotations.ToImmutable(), [.. _now.Comments.Reverse()]), []);
    }

    private static Rule InPackage(Rule rule, Term.Ref package)
    {
        var branches = new List<Rule>();
        for (var branch = rule.Else; branch is not null; branch = branch.Else)
            branches.Add(branch);
        Rule? chain = null;
        for (var i = branches.Count - 1; i >= 0; i--)
            chain = branches[i] with { Package = package, Else = chain };
        return rule with { Package = package, Else = chain };
    }

    private void CheckKeywords(Rule rule)
    {
        var sort = rule.Head.IsFunction ? "function" : "rule";
        for (var branch = rule; branch is not null; branch = branch.Else)
        {
            var head = branch.Head;
            if (head.Ref is { Path: [Term.Var name] } && Keywords.Always.ContainsKey(name.Name))
                Error(branch.At, $"{name.Name} keyword cannot be used for rule name");
            if (branch.GeneratedBody && head.GeneratedValue)
                Error(branch.At, $"{sort} must have value assignment and/or body declaration");
            if (!branch.GeneratedBody && !head.UsesIf && !branch.IsDefault)
                Error(branch.At, $"`if` keyword is required before {sort} body");
            if (head.IsPartialSet && !head.UsesContains)
                Error(branch.At, "`contains` keyword is required for partial set rules");
        }
    }

    /// <summary>The metadata blocks among the comments: a line that begins with METADATA and the comment lines right below it.</summary>
    private List<RawMetadata> Metadata()
    {
        var blocks = new List<RawMetadata>();
        var comments = _now.Comments.Reverse().ToArray();
        List<Comment>? lines = null;
        Location? start = null;
        for (var i = 0; i < comments.Length; i++)
        {
            if (lines is not null)
            {
                if (comments[i].At.Row == comments[i - 1].At.Row + 1 && comments[i].At.Column == 1)
                {
                    lines.Add(comments[i]);
                    continue;
                }
                Close();
            }
            if (comments[i].Text.AsSpan().Trim().StartsWith("METADATA"))
                (start, lines) = (comments[i].At, []);
        }
        Close();
        return blocks;

        void Close()
        {
            if (lines is null)
                return;
            try
            {
                blocks.Add(MetadataReader.Read(start!, lines));
            }
            catch (MetadataException problem)
            {
                Error(problem.At, problem.Message);
            }
            lines = null;
        }
    }

    private Annotation? Attach(RawMetadata raw, List<Statement> statements, Dictionary<Statement, Rule> rules)
    {
        var next = statements.FirstOrDefault(statement => statement.At.Row > raw.At.Row);
        var rule = next is null ? null : rules.GetValueOrDefault(next);
        var scope = raw.Scope.Length > 0 ? raw.Scope
            : rule is not null ? (raw.Entrypoint ? "document" : "rule")
            : next?.Package is not null ? "package"
            : next?.Import is not null ? "import"
            : "";
        var have = rule is not null ? " (have rule)" : next?.Package is not null ? " (have package)" : next?.Import is not null ? " (have import)" : "";
        switch (scope)
        {
            case "rule" or "document" when rule is null:
                Error(raw.At, $"annotation scope '{scope}' must be applied to rule{have}");
                return null;
            case "package" or "subpackages" when next?.Package is null:
                Error(raw.At, $"annotation scope '{scope}' must be applied to package{have}");
                return null;
            case "rule" or "document" or "package" or "subpackages":
                break;
            default:
                Error(raw.At, $"invalid annotation scope '{scope}'. Use one of 'rule', 'document', 'package', or 'subpackages'");
                return null;
        }
        if (raw.Entrypoint && scope is not ("document" or "package"))
        {
            Error(raw.At, $"annotation entrypoint applied to non-document or package scope '{scope}'");
            return null;
        }
        return raw.Rest with
        {
            Scope = scope switch
            {
                "rule" => AnnotationScope.Rule,
                "document" => AnnotationScope.Document,
                "package" => AnnotationScope.Package,
                _ => AnnotationScope.Subpackages,
            },
            Target = rule is not null ? Terms.GroundPrefix(rule.Path) : next!.Package!.Path,
            TargetAt = next!.At,
        };
    }

    /// <summary>A rule takes the document blocks of its path, and the rule blocks above it that no earlier rule took.</summary>
    private static Rule WithAnnotations(Rule rule, List<Annotation> free)
    {
        var path = Terms.GroundPrefix(rule.Path);
        var mine = ImmutableArray.CreateBuilder<Annotation>();
        var taken = -1;
        for (var i = 0; i < free.Count; i++)
        {
            if (free[i].Scope is AnnotationScope.Package or AnnotationScope.Subpackages || !Terms.Same(free[i].Target, path))
                continue;
            if (free[i].Scope == AnnotationScope.Document)
            {
                mine.Add(free[i]);
            }
            else if (rule.At.Row > free[i].At.Row)
            {
                mine.Add(free[i]);
                taken = i;
            }
        }
        if (taken >= 0)
            free.RemoveAt(taken);
        return mine.Count == 0 ? rule : rule with { Annotations = mine.ToImmutable() };
    }
}
