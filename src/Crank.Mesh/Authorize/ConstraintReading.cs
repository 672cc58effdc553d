using System.Collections.Immutable;
using Crank.Core;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize;

/// <summary>Collects the constraints of one answer; of two that say the same thing the stricter holds.</summary>
internal sealed class ConstraintReading(Currency? currency)
{
    private const int MaxListed = 1_000;

    private ImmutableArray<Zone> _zones = [];
    private ImmutableArray<NodeId>? _nodes;
    private IsolationLevel? _isolation;
    private Money? _ceiling;
    private Duration? _deadline;
    private ImmutableArray<string> _input = [];
    private ImmutableArray<string> _output = [];

    /// <summary>The most bytes that the input may have; null: no constraint.</summary>
    public long? MaxInputBytes { get; private set; }

    public void RedactInput(IEnumerable<string> pointers) => _input = [.. _input.Union(pointers)];

    public void RedactOutput(IEnumerable<string> pointers) => _output = [.. _output.Union(pointers)];

    /// <summary>Reads the member <c>constraints</c>.</summary>
    public void Constraints(in Value given)
    {
        foreach (var (name, value) in Members(given, "constraints"))
        {
            switch (name)
            {
                case "zones":
                    _zones = [.. Listed(value, name, text => Zone.TryParse(text, null, out var zone) ? zone : throw Wrong(name, value, "grid zones such as de"))];
                    break;
                case "nodes":
                    _nodes = [.. Listed(value, name, text => NodeId.TryParse(text, null, out var node) ? node : throw Wrong(name, value, "nodes such as local"))];
                    break;
                case "isolation":
                    _isolation = value.TryGetString(out var level) && IsolationNames.TryParse(level, out var least) ? least : throw Wrong(name, value, $"one of {IsolationNames.All}");
                    break;
                case "priceCeiling":
                    Lower(value.TryGetString(out var price) && Money.TryParse(price, null, out var ceiling) ? ceiling : throw Wrong(name, value, "an amount such as 0.05 EUR"));
                    break;
                case "deadline":
                    Shorten(value.TryGetString(out var longest) && Duration.TryParse(longest, null, out var duration) ? duration : throw Wrong(name, value, "a duration such as 30s"));
                    break;
                case "inputBytes":
                    Cap(Count(name, value));
                    break;
                case "redact":
                    Redact(value);
                    break;
                default:
                    throw new AnswerFault(GateRules.Constraint, $"The constraint '{name}' is not obeyed here; zones, nodes, isolation, priceCeiling, deadline, inputBytes and redact are.");
            }
        }
    }

    /// <summary>Reads the member <c>limits</c>, whose figures have their unit in their name.</summary>
    public void Limits(in Value given)
    {
        foreach (var (name, value) in Members(given, "limits"))
        {
            switch (name)
            {
                case "max_micros":
                    Lower(new(Count(name, value), currency ?? throw new AnswerFault(GateRules.Constraint, "'max_micros' needs a question with a currency.")));
                    break;
                case "max_seconds":
                    Shorten(new(TimeSpan.FromSeconds(Math.Min(Count(name, value), 1_000_000_000))));
                    break;
                case "max_bytes":
                    Cap(Count(name, value));
                    break;
                default:
                    throw new AnswerFault(GateRules.Constraint, $"The limit '{name}' is not obeyed here; max_micros, max_seconds and max_bytes are.");
            }
        }
    }

    public Constraints Result() =>
        _zones.IsEmpty && _nodes is null && _isolation is null && _ceiling is null && _deadline is null && _input.IsEmpty && _output.IsEmpty
            ? Core.Constraints.None
            : new(_zones, _isolation, _ceiling)
            {
                Nodes = _nodes,
                Deadline = _deadline,
                Redact = _input.IsEmpty && _output.IsEmpty ? null : new(_input, _output),
            };

    private void Redact(in Value given)
    {
        foreach (var (name, value) in Members(given, "redact"))
        {
            var pointers = AnswerReader.Items(value, name, MaxListed, GateRules.Constraint).Select(p => AnswerReader.Pointer(p, GateRules.Constraint));
            switch (name)
            {
                case "input":
                    RedactInput(pointers);
                    break;
                case "output":
                    RedactOutput(pointers);
                    break;
                default:
                    throw new AnswerFault(GateRules.Constraint, $"'redact' has a member '{name}'; input and output are known.");
            }
        }
    }

    private void Lower(Money ceiling)
    {
        if (_ceiling is { } before && before.Currency != ceiling.Currency)
        {
            throw new AnswerFault(GateRules.Constraint, $"The answer has ceilings in {before.Currency} and in {ceiling.Currency}.");
        }

        _ceiling = _ceiling is { } lowest && lowest < ceiling ? lowest : ceiling;
    }

    private void Shorten(Duration deadline) => _deadline = _deadline is { } shortest && shortest < deadline ? shortest : deadline;

    private void Cap(long bytes) => MaxInputBytes = Math.Min(MaxInputBytes ?? long.MaxValue, bytes);

    private static long Count(string name, in Value value) =>
        value.TryGetInt64(out var count) && count >= 0 ? count : throw Wrong(name, value, "a whole number that is not negative");

    /// <summary>A list that is there and empty leaves nothing to choose from: it is never taken for no constraint.</summary>
    private static List<T> Listed<T>(in Value given, string name, Func<string, T> parse)
    {
        var list = AnswerReader.Items(given, name, MaxListed, GateRules.Constraint).Select(item => parse(AnswerReader.Text(item, $"an element of '{name}'", GateRules.Constraint))).ToList();
        return list.Count > 0 ? list : throw new AnswerFault(GateRules.Constraint, $"'{name}' is empty, which leaves nothing to choose from.");
    }

    private static IEnumerable<(string Name, Value Value)> Members(Value given, string what)
    {
        if (given.IsUndefined)
        {
            return [];
        }

        return given.Kind == ValueKind.Object
            ? given.AsObject().Select(m => (AnswerReader.Text(m.Key, $"a member of '{what}'", GateRules.Constraint), m.Value))
            : throw new AnswerFault(GateRules.Constraint, $"'{what}' is {AnswerReader.Shown(given)}; an object is needed.");
    }

    private static AnswerFault Wrong(string name, in Value value, string needed) => new(GateRules.Constraint, $"'{name}' is {AnswerReader.Shown(value)}; {needed} is needed.");
}
