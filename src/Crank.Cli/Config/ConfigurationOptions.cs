using System.CommandLine;
using Crank.Cli.Data;

namespace Crank.Cli.Config;

/// <summary>The options that say where the configuration is, and <c>--set</c>.</summary>
internal static class ConfigurationOptions
{
    private static readonly Option<string> s_file = new("--config") { Description = $"The configuration (else CRANK_CONFIG, else {ConfigurationFile.Name} in the data folder).", HelpName = "FILE", Recursive = true };

    private static readonly Option<string[]> s_set = new("--set") { Description = "A setting above file and environment, e.g. mesh.zone=de; may be given more than once.", HelpName = "PATH=VALUE", Recursive = true };

    public static IReadOnlyList<Option> All { get; } = [s_file, s_set];

    /// <summary>Reads and checks everything that the configuration consists of.</summary>
    public static ResolvedConfiguration Resolve(ParseResult parsed) =>
        ConfigurationReader.Read(File(parsed), Environment.GetEnvironmentVariable, parsed.GetValue(s_set) ?? []);

    /// <summary>The file in use: one that was named must be there; the one of the data folder may.</summary>
    public static string? File(ParseResult parsed)
    {
        var named = parsed.GetValue(s_file) is { Length: > 0 } option ? option : Environment.GetEnvironmentVariable("CRANK_CONFIG");
        if (named is { Length: > 0 })
        {
            return System.IO.File.Exists(named) ? named : throw new CliException(ExitCode.Usage, $"There is no configuration '{named}'.", "Check --config and CRANK_CONFIG.");
        }

        var standard = Path.Combine(DataFolder.Locate(GlobalOptions.Data(parsed)), ConfigurationFile.Name);
        return System.IO.File.Exists(standard) ? standard : null;
    }
}
