namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap completion</c>: prints what a shell has to source to complete the program's commands.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "The shell that is to load the script", HelpName = "bash|zsh|fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", """
            Print a script by which a shell completes the commands, options and targets of this program.

            Example:
              source <(bootstrap completion bash)
            """)
        { shell };
        command.SetAction(parsed => Console.Write(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish }));
        return command;
    }

    private const string Bash = """
        _bootstrap() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _bootstrap bootstrap ./bootstrap

        """;

    private const string Zsh = """
        _bootstrap() {
            local -a suggestions
            suggestions=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -a suggestions
        }
        compdef _bootstrap bootstrap

        """;

    private const string Fish = """
        complete -f -c bootstrap -a '(bootstrap "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'

        """;
}
