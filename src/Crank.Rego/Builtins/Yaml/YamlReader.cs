using Crank.Rego.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Crank.Rego.Builtins.Yaml;

/// <summary>
/// YAML into values as OPA reads it: YAML 1.1 scalars (<c>yes</c>, <c>0x1F</c>, <c>1_000</c>), merge keys, keys of any scalar kind as strings, the first
/// document alone. Aliases are expanded, and every node they stand for is paid for, so that a small text cannot become a large value.
/// </summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 100;

    private readonly BuiltinContext _context;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, (Value Value, long Nodes)> _anchors = [];
    private int _depth;
    private long _nodes;

    private YamlReader(BuiltinContext context, string text)
    {
        _context = context;
        _parser = new(new StringReader(text));
    }

    /// <summary>The value of the first document; null for an empty text.</summary>
    /// <exception cref="BuiltinException">The text is no YAML.</exception>
    public static Value Read(BuiltinContext context, string text)
    {
        context.Charge((text.Length / 16) + 1);
        try
        {
            return new YamlReader(context, text).Document();
        }
        catch (YamlException broken)
        {
            // What is wrong with a token is named by its line, what is wrong with the order of tokens by the line before, as libyaml has it.
            var line = broken is SyntaxErrorException ? broken.Start.Line : broken.Start.Line - 1;
            throw new BuiltinException($"yaml: {(line > 0 ? $"line {line}: " : "")}{Reason(broken.Message)}");
        }
    }

    // What went wrong, without the place and what was being read.
    private static string Reason(string message)
    {
        message = message[(message.IndexOf("): ", StringComparison.Ordinal) is >= 0 and var place ? place + 3 : 0)..];
        var at = message.IndexOf("did not find", StringComparison.OrdinalIgnoreCase);
        at = at >= 0 ? at : message.IndexOf("found", StringComparison.OrdinalIgnoreCase);
        return (at > 0 ? message[at..] : message).TrimEnd('.');
    }

    private Value Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return Value.Null;
        }

        _parser.Consume<DocumentStart>();
        var value = Node();
        _parser.Consume<DocumentEnd>();
        return value;
    }

    private Value Node()
    {
        _context.Charge(1);
        _nodes++;
        if (++_depth > MaxDepth)
        {
            throw new BuiltinException($"yaml: nested more than {MaxDepth} deep");
        }

        var before = _nodes;
        var (value, anchor) = _parser.Consume<ParsingEvent>() switch
        {
            Scalar scalar => (YamlScalars.Resolve(scalar), scalar.Anchor),
            SequenceStart sequence => (Sequence(), sequence.Anchor),
            MappingStart mapping => (Mapping(), mapping.Anchor),
            AnchorAlias alias => (Alias(alias), AnchorName.Empty),
            var other => throw new BuiltinException($"yaml: unexpected {other.GetType().Name}"),
        };
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = (value, _nodes - before + 1);
        }

        _depth--;
        return value;
    }

    private Value Alias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var known))
        {
            throw new BuiltinException($"yaml: unknown anchor '{alias.Value}' referenced");
        }

        _context.Charge(known.Nodes);
        _nodes += known.Nodes;
        return known.Value;
    }

    private ArrayValue Sequence()
    {
        var items = new ArrayBuilder();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node());
        }

        return items.ToArray();
    }

    private ObjectValue Mapping()
    {
        var members = new ObjectBuilder();
        var merged = new List<ObjectValue>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var isMerge = _parser.Accept<Scalar>(out var scalar) && scalar is { Value: "<<", Style: ScalarStyle.Plain };
            var key = Node();
            var value = Node();
            if (isMerge)
            {
                merged.AddRange(Operand.Elements(value) is { } several ? several.Select(Mergeable) : [Mergeable(value)]);
                continue;
            }

            members.Set(KeyText(key), value);
        }

        foreach (var (key, value) in merged.SelectMany(static other => other))
        {
            _context.Charge(1);
            if (members.Get(key).IsUndefined)
            {
                members.Set(key, value);
            }
        }

        return members.ToObject();
    }

    private static ObjectValue Mergeable(Value value) =>
        value.Kind == ValueKind.Object ? value.AsObject() : throw new BuiltinException("yaml: map merge requires map or sequence of maps as the value");

    private static string KeyText(in Value key) => key.Kind switch
    {
        ValueKind.String => key.AsString(),
        ValueKind.Number => key.NumberText(),
        ValueKind.Boolean => key.IsTrue ? "true" : "false",
        ValueKind.Null => "null",
        _ => throw new BuiltinException($"yaml: unsupported map key of type {Operand.Name(key)}"),
    };
}
