using System.Text.Json;

namespace Crank.Cli.Tests.Running;

/// <summary>One run of crank that has ended.</summary>
internal sealed record Run(int Exit, string Out, string Error)
{
    public JsonElement OutJson => JsonDocument.Parse(Out).RootElement;

    /// <summary>The last line of standard error, which is the failure when there was one and JSON was asked for.</summary>
    public JsonElement ErrorJson => JsonDocument.Parse(Error.TrimEnd().Split('\n')[^1]).RootElement;

    /// <summary>Itself, when it ended with that code.</summary>
    public Run Exits(int code)
    {
        Assert.True(Exit == code, $"exit {Exit}, expected {code}\n{Out}\n{Error}");
        return this;
    }
}
