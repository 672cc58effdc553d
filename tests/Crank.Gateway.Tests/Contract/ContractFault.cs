namespace Crank.Gateway.Tests.Contract;

/// <summary>What is wrong with a request that was made from the contract.</summary>
internal enum ContractFault
{
    None,
    Input,
    ExtraQuery,
    NoBody,
    BodyShape,
    BodyBytes,
    MediaType,
    Accept,
    Method,
    Anonymous,
    Scope,
}
