using System.Collections.Frozen;
using Crank.Rego.Builtins;
using Crank.Rego.Types;

namespace Crank.Rego.Decide;

/// <summary>The builtins as the compiler knows them.</summary>
internal static class Signatures
{
    public static IReadOnlyDictionary<string, FunctionSignature> All { get; } = BuiltinLibrary.All.Values
        .Select(b => new FunctionSignature(b.Name, RegoType.FunctionOf(RegoType.Anything, Enumerable.Repeat(RegoType.Anything, b.Arity).ToArray())) { IsRelation = b.Name == "walk" })
        .Concat(((string[])["eq", "assign"]).Select(n => new FunctionSignature(n, RegoType.FunctionOf(RegoType.Boolean, RegoType.Anything, RegoType.Anything))))
        .ToFrozenDictionary(f => f.Name);
}
