namespace Crank.Cli;

/// <summary>An answer for people that ends the command with an exit code: what was wrong and what to try.</summary>
internal sealed class CliException(int exitCode, string message, string attempt = "", string? code = null, string? job = null) : Exception(message)
{
    /// <summary>What programs match on; the one that goes with the exit code when nobody says otherwise.</summary>
    public string Code { get; } = code ?? FailureCodes.Of(exitCode);

    /// <summary>The job that it is about; null for none.</summary>
    public string? Job { get; } = job;

    public int ExitCode { get; } = exitCode;

    public string Try { get; } = attempt;
}
