namespace Crank.Mesh;

/// <summary>The accounts of the data folder do not fit the configuration.</summary>
public sealed class AccountsException(string message) : Exception(message);
