using System.Collections.Immutable;
using System.Text;
using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.Booting;

/// <summary>The shell script that runs a step in the booted machine, tells how it ended, and switches the machine off.</summary>
internal static class GuestScript
{
    /// <summary>Where the script lies in the machine.</summary>
    public const string Path = "/bootstrap/run";

    /// <summary>What the script says at its end, before the exit code of the commands.</summary>
    public const string Ending = "bootstrap: the commands ended with ";

    public static string Of(ImmutableSortedDictionary<string, string> environment, string exchange)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in environment)
            text.Append($"export {name}={ShellText.Quote(value)}\n");

        // The disk is written whole, or the machine says so: what came before is still on it.
        text.Append($$"""
            mkdir -p {{SandboxPaths.Build}} {{SandboxPaths.Out}}
            cd {{SandboxPaths.Build}}
            code=0
            sh -eu {{SandboxPaths.Script}} </dev/null || code=$?
            tar -cf {{exchange}} -C {{SandboxPaths.Out}} . && sync || code=99
            echo "{{Ending}}$code"
            poweroff

            """);
        return text.ToString();
    }
}
