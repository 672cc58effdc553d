namespace Crank.Rego.Builtins.GraphQl;

/// <summary>A document that GraphQL's grammar or rules refuse, with the place where it is known.</summary>
internal sealed class GraphQlException(string message, (int Line, int Column)? at = null)
    : Exception(at is { } place ? $"{message} in GraphQL string at location {place.Line}:{place.Column}" : message);
