namespace Crank.Core;

/// <summary>One line of a charge: so many units at a price.</summary>
/// <param name="Per">The unit.</param>
/// <param name="Used">How many units were used.</param>
/// <param name="UnitPrice">The price of one unit.</param>
/// <param name="Amount">Their product, rounded half up to the micro-unit.</param>
public sealed record ChargeLine(Unit Per, Quantity Used, Money UnitPrice, Money Amount);
