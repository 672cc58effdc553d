namespace Crank.Storage;

/// <summary>Another process holds the data folder and did not let go in time.</summary>
/// <param name="folder">The folder.</param>
/// <param name="holder">The process that holds it; null when it did not say.</param>
/// <param name="waited">How long was waited.</param>
public sealed class DataFolderBusyException(string folder, int? holder, TimeSpan waited)
    : Exception($"{folder} is in use by {(holder is null ? "another process" : $"process {holder}")}, and was not free after {waited.TotalSeconds:0.#} s. Wait for it, or use another data folder.")
{
    /// <summary>The process that holds it; null when it did not say.</summary>
    public int? Holder { get; } = holder;
}
