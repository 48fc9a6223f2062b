using System.Text;

namespace Bootstrap.Sandboxing;

/// <summary>
/// The shell script that runs in the outer namespaces: it mounts what only a namespace's root may mount, then becomes the
/// bubblewrap that holds the program.
/// </summary>
internal static class SetupScript
{
    public const int StatusDescriptor = 3;
    public const string StatusFile = "status.json";

    /// <summary>The directory on which the private binfmt_misc is mounted.</summary>
    public const string Binfmt = "binfmt";

    /// <summary>The exit codes by which the script tells what was refused.</summary>
    public const int OverlayRefused = 91;
    public const int BinfmtRefused = 92;
    public const int HandlerRefused = 93;

    // The sandbox's devices are the host's own nodes, whose modes a real root could change; a read-only mount forbids that and
    // lets data through.
    private const string ProtectDevices = "mount --rbind /dev /dev\nmount -o remount,bind,ro /dev\n";

    /// <summary>The text of the script; it is run in the sandbox's own directory.</summary>
    public static string Of(SandboxSpec spec, string directory, SandboxHost host, string? logPath)
    {
        var layout = SandboxLayout.Of(spec);
        var text = new StringBuilder("set -eu\numask 022\n").Append(ProtectDevices);
        foreach (var overlay in host.Overlays ? layout.Overlays : [])
            text.Append($"mount -t overlay overlay -o {overlay.Options} {overlay.Name} || exit {OverlayRefused}\n");

        if (spec.Emulation is { } emulation && host.PrivateBinfmt)
        {
            text.Append($"mount -t binfmt_misc binfmt_misc {Binfmt} || exit {BinfmtRefused}\n");
            var registration = ShellText.Quote(BinfmtHandler.Registration(emulation));
            text.Append($"printf %s {registration} >{Binfmt}/register || exit {HandlerRefused}\n");
        }

        text.Append($"exec {StatusDescriptor}>{StatusFile}\n");
        if (logPath is not null)
            text.Append($"exec </dev/null >>{ShellText.Quote(logPath)} 2>&1\n");
        text.Append($"exec {ShellText.Quote(host.Bubblewrap)} \\\n");
        foreach (var option in InnerOptions.Of(spec, layout, directory, host, interactive: logPath is null))
            text.Append($"  {string.Join(' ', option.Select(ShellText.Quote))} \\\n");

        return text.Append($"  -- {string.Join(' ', spec.Arguments.Select(ShellText.Quote))}\n").ToString();
    }
}

/// <summary>Words of a POSIX shell script that mean exactly the given text.</summary>
internal static class ShellText
{
    private const string Harmless = "-_./,:=+@%";

    /// <summary>One word for a text of any characters but NUL.</summary>
    public static string Quote(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("No program takes an argument that holds a NUL character.", nameof(text));
        return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal))
            ? text
            : "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
    }
}
