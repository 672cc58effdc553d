using System.CommandLine;

namespace Crank.Cli;

/// <summary>A command whose own help shows examples; the list of commands shows its first line alone.</summary>
internal sealed class ExampleCommand(string name, string summary, string examples) : Command(name, summary)
{
    /// <summary>Adds the examples to the description of the command that was asked for.</summary>
    public static void Show(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is ExampleCommand asked)
        {
            asked.Description = asked.WithExamples;
        }
    }

    private string WithExamples => $"{Description}\n\n{examples}";
}
