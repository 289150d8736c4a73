using System.CommandLine;

namespace CaBridge.Cli.Commands;

/// <summary><c>cabridge completion SHELL</c>: a script that asks <c>cabridge [suggest]</c> at every Tab.</summary>
internal static class CompletionCommand
{
    private const string Bash =
        """
        # cabridge completion bash > ~/.local/share/bash-completion/completions/cabridge
        _cabridge() {
            local IFS=$'\n'
            COMPREPLY=( $(cabridge "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null) )
        }
        complete -o default -F _cabridge cabridge
        """;

    private const string Zsh =
        """
        #compdef cabridge
        # cabridge completion zsh > ~/.zsh/completions/_cabridge, a directory of $fpath
        _cabridge() {
            local -a found
            found=("${(@f)$(cabridge "[suggest:${#BUFFER}]" "${BUFFER}" 2>/dev/null)}")
            [[ -n "${found[1]}" ]] && compadd -a found
            _files
        }
        compdef _cabridge cabridge
        """;

    private const string Fish =
        """
        # cabridge completion fish > ~/.config/fish/completions/cabridge.fish
        complete -c cabridge -a '(cabridge "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "Whose script to print." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes commands and options at Tab.") { shell };
        command.SetAction(parsed =>
        {
            Console.Out.WriteLine(parsed.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return ExitCode.Success;
        });
        return command;
    }
}
