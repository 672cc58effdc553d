namespace Crank.Rego.Bundles;

/// <summary>A bundle is refused as a whole: nothing of it may be used. The message says why and, where it helps, what to do.</summary>
public sealed class BundleException(string message, Exception? inner = null) : Exception(message, inner);
