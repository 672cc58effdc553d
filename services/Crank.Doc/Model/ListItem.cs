using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>One item of a list.</summary>
/// <param name="Content">Its blocks; an empty item has none.</param>
/// <param name="Checked">Whether a task is done; null when the item is no task.</param>
public sealed record ListItem(ImmutableArray<Block> Content, bool? Checked = null);
