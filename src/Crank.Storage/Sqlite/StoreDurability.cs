namespace Crank.Storage;

/// <summary>What a commit survives.</summary>
public enum StoreDurability
{
    /// <summary>A power cut: every commit is flushed. The only one for real money.</summary>
    Full = 0,

    /// <summary>A killed process, but a power cut may take the last commits. For benchmarks.</summary>
    Normal = 1,

    /// <summary>A killed process, but a power cut may damage the database. For benchmarks.</summary>
    Off = 2,
}
