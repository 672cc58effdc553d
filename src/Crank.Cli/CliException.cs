namespace Crank.Cli;

/// <summary>An answer for people that ends the command with an exit code: what was wrong and what to try.</summary>
internal sealed class CliException(int exitCode, string message, string attempt = "") : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string Try { get; } = attempt;
}
