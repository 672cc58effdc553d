namespace Crank.Storage;

/// <summary>The store could not be read or written; the message says which, why, and what to try.</summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner);
