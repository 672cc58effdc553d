namespace Crank.Trust.Keys;

/// <summary>A key folder or file cannot be used; the message says why and what to do.</summary>
public sealed class KeyStoreException(string message, Exception? cause = null) : Exception(message, cause);
