using System.Collections.Frozen;

namespace Crank.Mesh.Telemetry;

/// <summary>The members of a closed list as lower-case words, made once.</summary>
internal static class Words
{
    public static string Of<T>(T member)
        where T : struct, Enum =>
        List<T>.All[member];

    private static class List<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> All = Enum.GetValues<T>().ToFrozenDictionary(
            m => m,
            m => string.Concat(m.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString())));
    }
}
