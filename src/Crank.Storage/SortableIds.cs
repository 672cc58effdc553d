using Crank.Core;

namespace Crank.Storage;

internal static class SortableIds
{
    /// <summary>The least id that can be made at a time; its first 48 bits are milliseconds.</summary>
    internal static SortableId First(DateTimeOffset at) => new((UInt128)(ulong)Math.Max(0, at.ToUnixTimeMilliseconds()) << 80);
}
