using Crank.Conformance.Rego;
using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Syntax;
using Crank.Rego.Values;
using YamlDotNet.RepresentationModel;

namespace Crank.Conformance;

/// <summary>
/// Cases of Rego v1 that the reference implementation publishes, the same in Rego v0, those of another implementation, and bundles. A group is one of the folders.
/// Policies in Rego v0 are written anew in v1 first, as bundles do.
/// </summary>
public sealed class RegoOpaSuite : Suite
{
    private const string Truncated = "The other implementation cuts the quotient of two integers of 64 bits to an integer; Rego does not (arithmetic/divide+round).";

    public override string Name => "rego-opa";

    public override IReadOnlyDictionary<string, double> Required => new Dictionary<string, double> { ["v1"] = 0.995, ["regocpp"] = 0.99, ["v0"] = 0.98 };

    public override Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        foreach (var group in (string[])["v1", "regocpp", "v0"])
        {
            var files = Path.Combine(folder, group);
            if (!Directory.Exists(files))
            {
                continue;
            }

            var names = new Dictionary<string, int>();
            foreach (var file in Directory.EnumerateFiles(files, "*.*", SearchOption.AllDirectories)
                .Where(f => f.EndsWith(".yaml", StringComparison.Ordinal) || f.EndsWith(".yml", StringComparison.Ordinal) || f.EndsWith("aci.json", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal))
            {
                var root = (YamlMappingNode)YamlValues.Load(file);
                var shared = Child(root, "modules") as YamlMappingNode;
                foreach (var one in ((YamlSequenceNode)root.Children["cases"]).Children.Cast<YamlMappingNode>())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var title = $"{group}/{Path.GetFileNameWithoutExtension(file)}: {YamlValues.Text(one.Children["note"])}";
                    var times = names[title] = names.GetValueOrDefault(title) + 1;
                    var name = times == 1 ? title : $"{title} #{times}";
                    if (!report.Declines(name))
                    {
                        var why = Failure(one, shared, group == "v0");
                        if (why == Truncated)
                        {
                            report.Decline(name, why);
                        }
                        else
                        {
                            report.Check(name, why is null, why ?? "");
                        }
                    }
                }
            }
        }

        BundleCases.Run(Path.Combine(folder, "bundles"), report, cancellationToken);
        return Task.CompletedTask;
    }

    private static YamlNode? Child(YamlMappingNode of, string name) => of.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child : null;

    // Both back ends must give the wanted answer.
    private static string? Failure(YamlMappingNode one, YamlMappingNode? shared, bool v0) =>
        Failure(one, shared, PolicyBackend.Nodes, v0) ?? (Failure(one, shared, PolicyBackend.Expressions, v0) is { } why ? $"compiled: {why}" : null);

    private static string? Failure(YamlMappingNode one, YamlMappingNode? shared, PolicyBackend backend, bool v0)
    {
        var code = Child(one, "want_error_code") is { } c ? YamlValues.Text(c) : null;
        var message = Child(one, "want_error") is { } m ? YamlValues.Text(m) : null;
        try
        {
            var given = Answers(one, shared, backend, v0);
            if (code is not null || message is not null)
            {
                return $"gave {given}, wanted {code} {message}";
            }

            var wanted = Child(one, "want_result") is YamlSequenceNode list ? list.Children.Select(YamlValues.Read).ToList() : [];
            var sorted = Child(one, "sort_bindings") is { } s && YamlValues.Text(s) == "true";
            if (given.Count == 1 && wanted.Count > 1)
            {
                // Cases of the other implementation list the variables of one answer one by one.
                var all = new ObjectBuilder();
                wanted.ForEach(w => w.AsObject().ToList().ForEach(m => all.Set(m.Key, m.Value)));
                wanted = [all.ToObject()];
            }

            if (ResultMatch.SameItems(wanted, [.. given], sorted))
            {
                return null;
            }

            return shared is null && wanted.Count == 1 && given.Count == 1 && ResultMatch.DiffersByTruncation(wanted[0], given[0]) ? Truncated : $"gave {given}, wanted [{string.Join(", ", wanted)}]";
        }
        catch (EvaluationException e)
        {
            return (code is null ? message is not null : e.Code == code) && (message is null || e.Message.Contains(message, StringComparison.Ordinal)) ? null : $"{e.Code}: {e.Message}; wanted {code} {message}";
        }
        catch (PolicyException e)
        {
            return code is not null && e.Errors.Any(x => x.Code == code) && (message is null || e.Message.Contains(message, StringComparison.Ordinal))
                ? null
                : $"{e.Message.ReplaceLineEndings(" ")}; wanted {code} {message}";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static ArrayValue Answers(YamlMappingNode one, YamlMappingNode? shared, PolicyBackend backend, bool v0)
    {
        var sources = Child(one, "modules") switch
        {
            YamlSequenceNode names when shared is not null => names.Children.Select(n => new PolicySource(YamlValues.Text(n), YamlValues.Text(shared.Children[n]))),
            YamlSequenceNode texts => texts.Children.Select((t, i) => new PolicySource($"test-{i}.rego", YamlValues.Text(t))),
            _ => [],
        };
        sources = v0 ? sources.Select(Migrated) : sources;
        var strict = Child(one, "strict_error") is { } s && YamlValues.Text(s) == "true";
        var policies = PolicySet.Compile(sources, new PolicyOptions { StrictBuiltinErrors = strict, Backend = backend });
        var data = Child(one, "data") is { } d && YamlValues.Read(d) is { Kind: ValueKind.Object } documents ? documents.AsObject() : ObjectValue.Empty;
        var snapshot = Snapshot.Of(policies, data);
        var input = Child(one, "input") is { } i ? YamlValues.Read(i) : Value.Undefined;
        if (Child(one, "input_term") is { } term)
        {
            input = PolicySet.Compile([]).PrepareAnswers($"x = {YamlValues.Text(term)}").Decide(Value.Undefined).Result.AsArray()[0].Get("x");
        }

        var limits = new DecisionLimits { Time = TimeSpan.FromSeconds(10) };
        return policies.PrepareAnswers(YamlValues.Text(one.Children["query"]), snapshot).Decide(input, limits).Result.AsArray();
    }

    private static PolicySource Migrated(PolicySource source) =>
        RegoV0.ToV1(source.Name, source.Text) is var v1 && v1.Ok ? new(source.Name, v1.Value) : throw new PolicyException(v1.Errors);
}
