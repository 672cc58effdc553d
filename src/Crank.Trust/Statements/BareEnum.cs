using System.Reflection;
using System.Text.Json.Serialization;

namespace Crank.Trust.Statements;

/// <summary>The names that an enumeration of Crank.Core declares for JSON.</summary>
internal static class BareEnum<T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, string> Names = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(f => (T)f.GetValue(null)!, f => f.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? f.Name);

    private static readonly Dictionary<string, T> Values = Names.ToDictionary(n => n.Value, n => n.Key, StringComparer.Ordinal);

    /// <summary>Every value with its name, in the order that canonical JSON gives names.</summary>
    public static IReadOnlyList<KeyValuePair<string, T>> InOrder { get; } = [.. Values.OrderBy(v => v.Key, StringComparer.Ordinal)];

    public static string Name(T value) => Names[value];

    /// <exception cref="FormatException">There is no such name.</exception>
    public static T Parse(string name) =>
        Values.TryGetValue(name, out var value) ? value : throw new FormatException($"'{name}' is not one of {string.Join(", ", InOrder.Select(v => v.Key))}.");
}
