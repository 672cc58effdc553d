namespace Crank.Doc.Model;

/// <summary>Something of the input that is not in the result.</summary>
/// <param name="Kind">What was lost.</param>
/// <param name="Count">How often, ≥ 1.</param>
public sealed record Loss(LossKind Kind, int Count);
