using Crank.Rego.Builtins.Go;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>URLs taken apart, and query strings both ways.</summary>
internal static class UriBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("uri.parse", 1, true, Parse),
        new("uri.is_valid", 1, true, IsValid),
        new("urlquery.encode", 1, true, static (context, a) =>
        {
            var text = Operand.Text(a, 0);
            StringBuiltins.Charge(context, text.Length * 3L);
            return GoUrl.EscapeQuery(text);
        }),
        new("urlquery.decode", 1, true, static (_, a) => Checked(Operand.Text(a, 0), GoUrl.UnescapeQuery)),
        new("urlquery.encode_object", 1, true, EncodeObject),
        new("urlquery.decode_object", 1, true, DecodeObject),
    ];

    private static TResult Checked<TState, TResult>(TState state, Func<TState, TResult> action)
    {
        try
        {
            return action(state);
        }
        catch (FormatException wrong)
        {
            throw new BuiltinException(wrong.Message);
        }
    }

    private static Value Parse(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var url = Checked(Operand.Text(arguments, 0), GoUrl.Parse);
        var result = new ObjectBuilder();
        Set("scheme", url.Scheme);
        Set("hostname", url.HostName);
        Set("port", url.Port);
        Set("path", url.Path);
        Set("raw_path", url.RawPath.Length > 0 ? url.RawPath : url.Path);
        Set("raw_query", url.RawQuery);
        Set("fragment", url.Fragment);
        return result.ToObject();

        void Set(string name, string value)
        {
            if (value.Length > 0)
            {
                result.Set(name, value);
            }
        }
    }

    private static Value IsValid(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        if (!arguments[0].TryGetString(out var text) || text.Length == 0)
        {
            return false;
        }

        try
        {
            GoUrl.Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static Value EncodeObject(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var parts = new List<(string Name, string Value)>();
        foreach (var (key, value) in Operand.Object(arguments, 0))
        {
            var name = key.TryGetString(out var text) ? text : JsonOut.Write(key);
            if (value.TryGetString(out var single))
            {
                parts.Add((name, single));
                continue;
            }

            foreach (var item in Operand.Elements(value) ?? throw WrongValues())
            {
                parts.Add((name, item.TryGetString(out var one) ? one : throw WrongValues()));
            }
        }

        StringBuiltins.Charge(context, parts.Sum(static part => (part.Name.Length + part.Value.Length) * 3L));
        return string.Join('&', parts.OrderBy(static part => part.Name, StringComparer.Ordinal).Select(static part => $"{GoUrl.EscapeQuery(part.Name)}={GoUrl.EscapeQuery(part.Value)}"));
    }

    private static BuiltinException WrongValues() => Operand.Wrong(0, "values must be string, array[string], or set[string]");

    private static Value DecodeObject(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var members = new Dictionary<string, ArrayBuilder>();
        foreach (var (name, value) in Checked(Operand.Text(arguments, 0), static query => GoUrl.ParseQuery(query).ToList()))
        {
            context.Charge(1);
            (members.TryGetValue(name, out var values) ? values : members[name] = new()).Add(value);
        }

        var result = new ObjectBuilder(members.Count);
        foreach (var (name, values) in members)
        {
            result.Set(name, values.ToArray());
        }

        return result.ToObject();
    }
}
