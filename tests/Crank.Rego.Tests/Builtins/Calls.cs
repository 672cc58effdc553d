using Crank.Rego.Builtins;
using Crank.Rego.Values;

namespace Crank.Rego.Tests.Builtins;

/// <summary>Calls builtins by name, with arguments and results as JSON. In arguments, <c>{"$set": […]}</c> is a set.</summary>
internal static class Calls
{
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    public static BuiltinContext Context(long budget = 10_000_000, BuiltinCapabilities? capabilities = null) =>
        new(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Now), new Random(7), capabilities ?? BuiltinCapabilities.None) { Remaining = budget };

    public static Value Call(string name, string arguments, BuiltinContext? context = null)
    {
        var values = Sets(JsonIn.Read(arguments)).AsArray();
        var builtin = BuiltinLibrary.Find(name)!;
        Assert.Equal(builtin.Arity, values.Count);
        return builtin.Run(context ?? Context(), values.Span);
    }

    /// <summary>The result as JSON; <c>undefined</c> when there is none.</summary>
    public static string Json(string name, string arguments) => Call(name, arguments) is { IsDefined: true } value ? JsonOut.Write(value) : "undefined";

    public static string Error(string name, string arguments, BuiltinError kind = BuiltinError.Failed)
    {
        var error = Assert.Throws<BuiltinException>(() => Call(name, arguments));
        Assert.Equal(kind, error.Error);
        return error.Message;
    }

    private static Value Sets(Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Array:
                return ArrayValue.Of([.. value.AsArray().Select(Sets)]);
            case ValueKind.Object:
                var members = value.AsObject();
                if (members.Count == 1 && members.Get("$set") is { IsDefined: true } items)
                {
                    return SetValue.Of([.. items.AsArray().Select(Sets)]);
                }

                var result = new ObjectBuilder();
                foreach (var (key, item) in members)
                {
                    result.Set(key, Sets(item));
                }

                return result.ToObject();
            default:
                return value;
        }
    }
}
