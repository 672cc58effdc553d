namespace Crank.Schema;

/// <summary>Ends a validation that would pass one of its bounds; never leaves the library, and no <c>not</c> can turn it into a yes.</summary>
internal sealed class SchemaLimitException(string reason) : Exception(reason);
