namespace Crank.Mesh.Authorize.Loading;

/// <summary>Policies cannot be put in force. The message says everything that is wrong with them: file, row, column and source line where there is one.</summary>
public sealed class PolicyLoadException(string message, Exception? inner = null) : Exception(message, inner);
