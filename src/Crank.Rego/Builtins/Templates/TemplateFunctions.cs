using System.Text;
using Crank.Rego.Builtins.Go;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.Templates;

/// <summary>
/// The functions of a template, and what its values are to them. Numbers of the data are Go's <c>json.Number</c>: texts to comparisons and
/// conditions, as in OPA.
/// </summary>
internal static class TemplateFunctions
{
    public static readonly HashSet<string> Known =
    [
        "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or", "print", "printf", "println", "slice", "urlquery",
    ];

    public static object? Call(BuiltinContext context, string name, List<object?> arguments) => name switch
    {
        "not" => !IsTrue(Only(name, arguments)),
        "len" => Length(Only(name, arguments)),
        "print" => Sprint(context, arguments),
        "println" => string.Join(' ', arguments.Select(argument => Text(context, argument))) + "\n",
        "printf" => arguments is [var format, .. var rest] && TryText(format, out var layout)
            ? GoFormat.Format(context, layout, [.. rest.Select(argument => argument is long or double ? argument : Text(context, argument))])
            : throw Wrong(name, "wrong type for its format"),
        "html" => Html(Sprint(context, arguments)),
        "js" => Script(Sprint(context, arguments)),
        "urlquery" => GoUrl.EscapeQuery(Sprint(context, arguments)),
        "index" => Index(Some(name, arguments, 1)),
        "slice" => Slice(Some(name, arguments, 1)),
        "eq" => Some(name, arguments, 2).Skip(1).Any(other => AreEqual(name, arguments[0], other)),
        "ne" => !AreEqual(name, Two(name, arguments)[0], arguments[1]),
        "lt" => Compare(name, Two(name, arguments)[0], arguments[1]) < 0,
        "le" => Compare(name, Two(name, arguments)[0], arguments[1]) <= 0,
        "gt" => Compare(name, Two(name, arguments)[0], arguments[1]) > 0,
        "ge" => Compare(name, Two(name, arguments)[0], arguments[1]) >= 0,
        _ => throw Wrong(name, "non-function"),
    };

    public static bool IsTrue(object? value) => value switch
    {
        bool truth => truth,
        long whole => whole != 0,
        double real => real is not 0,
        string text => text.Length > 0,
        Value data => data.Kind switch
        {
            ValueKind.Boolean => data.IsTrue,
            ValueKind.String => data.AsString().Length > 0,
            ValueKind.Number => true,
            ValueKind.Object => data.AsObject().Count > 0,
            ValueKind.Null => false,
            _ => Operand.Elements(data)!.Count > 0,
        },
        _ => false,
    };

    /// <summary>As Go prints a value.</summary>
    public static string Text(BuiltinContext context, object? value)
    {
        switch (value)
        {
            case null:
                return "<nil>";
            case bool truth:
                return truth ? "true" : "false";
            case double real:
                return GoFloat.Format(real, 'g', -1);
            case Value data:
                var text = new StringBuilder();
                Write(context, data, text);
                return text.ToString();
            default:
                return value.ToString()!;
        }
    }

    private static void Write(BuiltinContext context, in Value value, StringBuilder text)
    {
        context.Charge(1);
        switch (value.Kind)
        {
            case ValueKind.Null:
                text.Append("<nil>");
                break;
            case ValueKind.Boolean:
                text.Append(value.IsTrue ? "true" : "false");
                break;
            case ValueKind.Number:
                text.Append(value.NumberText());
                break;
            case ValueKind.String:
                context.Charge(value.AsString().Length / 16);
                text.Append(value.AsString());
                break;
            case ValueKind.Object:
                text.Append("map[");
                var members = value.AsObject();
                for (var at = 0; at < members.Count; at++)
                {
                    var (key, item) = members.InOrder(at);
                    text.Append(at > 0 ? " " : "");
                    Write(context, key, text);
                    text.Append(':');
                    Write(context, item, text);
                }

                text.Append(']');
                break;
            default:
                text.Append('[');
                var first = true;
                foreach (var item in Operand.Elements(value)!)
                {
                    text.Append(first ? "" : " ");
                    first = false;
                    Write(context, item, text);
                }

                text.Append(']');
                break;
        }
    }

    private static BuiltinException Wrong(string name, string what) => new($"template: template: error calling {name}: {what}");

    private static object? Only(string name, List<object?> arguments) =>
        arguments.Count == 1 ? arguments[0] : throw Wrong(name, $"wrong number of args: want 1 got {arguments.Count}");

    private static List<object?> Two(string name, List<object?> arguments) =>
        arguments.Count == 2 ? arguments : throw Wrong(name, $"wrong number of args: want 2 got {arguments.Count}");

    private static List<object?> Some(string name, List<object?> arguments, int least) =>
        arguments.Count >= least ? arguments : throw Wrong(name, "missing argument for comparison");

    // A text, or a number of the data, which is a text to Go.
    private static bool TryText(object? value, out string text)
    {
        text = value switch
        {
            string plain => plain,
            Value { Kind: ValueKind.String } data => data.AsString(),
            Value { Kind: ValueKind.Number } data => data.NumberText(),
            _ => null!,
        };
        return text is not null;
    }

    private static string Sprint(BuiltinContext context, List<object?> arguments)
    {
        var text = new StringBuilder();
        for (var at = 0; at < arguments.Count; at++)
        {
            if (at > 0 && !TryText(arguments[at - 1], out _) && !TryText(arguments[at], out _))
            {
                text.Append(' ');
            }

            text.Append(Text(context, arguments[at]));
        }

        context.Charge((text.Length / 16) + 1);
        return text.ToString();
    }

    private static long Length(object? value) => value switch
    {
        _ when TryText(value, out var text) => (long)Encoding.UTF8.GetByteCount(text),
        Value { Kind: ValueKind.Object } data => (long)data.AsObject().Count,
        Value { Kind: ValueKind.Array or ValueKind.Set } data => (long)Operand.Elements(data)!.Count,
        _ => throw Wrong("len", "len of a value without length"),
    };

    private static object? Index(List<object?> arguments)
    {
        var value = arguments[0];
        foreach (var key in arguments.Skip(1))
        {
            value = value switch
            {
                Value { Kind: ValueKind.Array } items when key is long at => items.Get(at) is { IsDefined: true } item ? item : throw Wrong("index", $"index out of range: {at}"),
                Value { Kind: ValueKind.Object } members when key is string || key is Value { Kind: ValueKind.String } =>
                    members.Get(key is string name ? name : (Value)key) is { IsDefined: true } member ? member : Value.Null,
                Value { Kind: ValueKind.Array or ValueKind.Object } => throw Wrong("index", "cannot index with a key of this type"),
                _ => throw Wrong("index", "can't index item of this type"),
            };
        }

        return value;
    }

    private static object Slice(List<object?> arguments)
    {
        var bounds = arguments.Skip(1).Select(static bound => bound is long at ? at : throw Wrong("slice", "cannot index slice/array with a key of this type")).ToList();
        if (bounds.Count > 3)
        {
            throw Wrong("slice", $"too many slice indexes: {bounds.Count}");
        }

        if (arguments[0] is Value { Kind: ValueKind.Array } data)
        {
            var items = data.AsArray();
            var (from, to) = Bounds(bounds, items.Count);
            return (Value)ArrayValue.Of(items.Span[from..to]);
        }

        if (!TryText(arguments[0], out var text))
        {
            throw Wrong("slice", "can't slice item of this type");
        }

        var bytes = Bytes.FromText(text);
        var (start, end) = Bounds(bounds, bytes.Length);
        return Bytes.ToText(bytes.AsSpan()[start..end]);
    }

    private static (int From, int To) Bounds(List<long> bounds, int count)
    {
        var from = bounds.Count > 0 ? bounds[0] : 0;
        var to = bounds.Count > 1 ? bounds[1] : count;
        return from < 0 || to > count ? throw Wrong("slice", $"index out of range: {(from < 0 ? from : to)}")
            : from > to ? throw Wrong("slice", $"invalid slice index: {from} > {to}")
            : ((int)from, (int)to);
    }

    private static bool AreEqual(string name, object? left, object? right)
    {
        if (IsNil(left) || IsNil(right))
        {
            return IsNil(left) && IsNil(right);
        }

        return Truth(left) is { } first && Truth(right) is { } second ? first == second : Compare(name, left, right) == 0;
    }

    private static bool IsNil(object? value) => value is null or TemplateMissing or Value { Kind: ValueKind.Null };

    private static bool? Truth(object? value) => value switch
    {
        bool truth => truth,
        Value { Kind: ValueKind.Boolean } data => data.IsTrue,
        _ => null,
    };

    private static int Compare(string name, object? left, object? right) => (left, right) switch
    {
        (long first, long second) => first.CompareTo(second),
        (double first, double second) => first.CompareTo(second),
        _ when TryText(left, out var first) && TryText(right, out var second) => ((Value)first).CompareTo(second),
        _ => throw Wrong(name, "incompatible types for comparison"),
    };

    private static string Html(string text)
    {
        var result = new StringBuilder();
        foreach (var c in text)
        {
            _ = c switch
            {
                '\0' => result.Append('\uFFFD'),
                '"' => result.Append("&#34;"),
                '\'' => result.Append("&#39;"),
                '&' => result.Append("&amp;"),
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                _ => result.Append(c),
            };
        }

        return result.ToString();
    }

    private static string Script(string text)
    {
        var result = new StringBuilder();
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' or '\'' or '"' => result.Append('\\').Append(c),
                '<' or '>' or '&' or '=' or < ' ' => result.Append($"\\u{(int)c:X4}"),
                _ => result.Append(c),
            };
        }

        return result.ToString();
    }
}
