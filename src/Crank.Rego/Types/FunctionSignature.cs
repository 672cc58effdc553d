namespace Crank.Rego.Types;

/// <summary>What a compiler must know of a builtin.</summary>
/// <param name="Name">Its name with dots, as in OPA.</param>
/// <param name="Type">Types of arguments and result; no result for <c>print</c>.</param>
public sealed record FunctionSignature(string Name, RegoType.Function Type)
{
    /// <summary>May one call have many results, as <c>walk</c> has?</summary>
    public bool IsRelation { get; init; }

    /// <summary>Refused in Rego v1, as <c>any</c> and <c>all</c> are.</summary>
    public bool IsDeprecated { get; init; }
}
