using Crank.Core;
using Crank.Market;
using Crank.Schema;

namespace Crank.Cli.Invoke;

/// <summary>Checks the names in a preference where they are typed.</summary>
internal static class PreferenceCheck
{
    public static void Check(Preference preference)
    {
        foreach (var (name, _) in preference.Weights)
        {
            if (!Scorers.BuiltIn.Names.Contains(name))
            {
                throw new CliException(
                    ExitCode.Usage, $"There is no preference '{name}'.",
                    NearestName.Find(name, Scorers.BuiltIn.Names) is { } nearest ? $"Did you mean '{nearest}'?" : $"There are {string.Join(", ", Scorers.BuiltIn.Names)}.");
            }
        }
    }
}
