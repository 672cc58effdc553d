namespace Crank.Rego.Values;

/// <summary>A text is not JSON, or is more than the limits allow. The message says where and why.</summary>
public sealed class ValueFormatException(string message) : FormatException(message);
