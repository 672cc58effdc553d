namespace Crank.Storage;

/// <summary>One named value that belongs to the whole store, such as the highest time seen.</summary>
/// <param name="Name">At most 64 characters.</param>
/// <param name="Value">Its bytes; null removes it.</param>
public sealed record MetaRow(string Name, byte[]? Value);
