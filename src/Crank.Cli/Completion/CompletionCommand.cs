using System.CommandLine;

namespace Crank.Cli.Completion;

/// <summary><c>crank completion SHELL</c>: the script that makes a shell complete crank's words.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _crank() {
            local words
            words=$(crank "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
            COMPREPLY=($(compgen -W "${words}" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _crank crank
        """;

    private const string Zsh = """
        #compdef crank
        _crank() {
            local -a words
            words=("${(@f)$(crank "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -a words
            _files
        }
        compdef _crank crank
        """;

    private const string Fish = """
        complete -c crank -a '(crank "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Prints the completion script for a shell, e.g. eval \"$(crank completion bash)\".") { shell };
        command.SetAction(GlobalOptions.Guarded((parsed, answer, _) =>
        {
            answer.Output.WriteLine(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }
}
