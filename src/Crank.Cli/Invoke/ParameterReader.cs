using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Catalogue;

namespace Crank.Cli.Invoke;

/// <summary>Turns <c>--param K=V</c> into the JSON input of a capability, typed by its schema.</summary>
internal static class ParameterReader
{
    /// <summary>Reads parameters that stand beside a JSON input or a file.</summary>
    /// <param name="capability">Whose schema says the types and the names.</param>
    /// <param name="json">A JSON object given as input; empty for none.</param>
    /// <param name="parameters">Each <c>K=V</c>.</param>
    /// <exception cref="CliException">A parameter is not of that form, is not known, stands twice or does not fit its type.</exception>
    public static ReadOnlyMemory<byte> Read(Capability capability, ReadOnlyMemory<byte> json, IReadOnlyList<string> parameters)
    {
        try
        {
            return ParameterInput.Write(capability, json, [.. parameters.Select(Split)]);
        }
        catch (ParameterException e)
        {
            throw new CliException(e.IsName ? ExitCode.Usage : ExitCode.BadInput, e.Message, e.Hint);
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCode.BadInput, $"The input is not a JSON object: {e.Message}", "Leave out --param, or give an object.");
        }
    }

    private static KeyValuePair<string, string> Split(string parameter) => parameter.IndexOf('=') is >= 1 and var equals
        ? new(parameter[..equals], parameter[(equals + 1)..])
        : throw new CliException(ExitCode.Usage, $"'{parameter}' is not a parameter.", "Write it as NAME=VALUE, e.g. --param to=markdown.");
}
