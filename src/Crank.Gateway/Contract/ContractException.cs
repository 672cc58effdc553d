namespace Crank.Gateway.Contract;

/// <summary>An endpoint whose description does not hold: a defect of whoever described it, found by the first test that asks for the contract.</summary>
internal sealed class ContractException(string message) : Exception(message);
