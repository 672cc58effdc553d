namespace Crank.Trust.Log;

/// <summary>The hash of one full subtree: over leaves <c>Index·2^Level</c> to <c>(Index+1)·2^Level − 1</c>. Level 0 is a leaf. Once true, true for good.</summary>
public readonly record struct LogNode(int Level, long Index, LogHash Hash);
