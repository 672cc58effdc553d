namespace Crank.Storage;

/// <summary>No room is left for a commit or a blob. Nothing was written, and the store goes on when there is room again.</summary>
public sealed class StoreFullException(string message, Exception? inner = null) : StoreException(message, inner);
