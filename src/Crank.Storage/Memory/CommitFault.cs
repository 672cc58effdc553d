namespace Crank.Storage;

/// <summary>What goes wrong with one commit of a <see cref="MemoryStore"/>.</summary>
public enum CommitFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The disk is full: nothing is written, the store goes on.</summary>
    Full = 1,

    /// <summary>An I/O error; nothing was written, but nobody knows. The store must be opened anew.</summary>
    LostIo = 2,

    /// <summary>An I/O error; all was written, but nobody knows. The store must be opened anew.</summary>
    KeptIo = 3,

    /// <summary>The process dies before the commit took effect.</summary>
    CrashBefore = 4,

    /// <summary>The process dies after the commit took effect and before anyone heard of it.</summary>
    CrashAfter = 5,
}
