using System.Collections.Immutable;
using System.Globalization;
using Bootstrap.Platform;

namespace Bootstrap.Sandboxing;

/// <summary>A program of the host that sees the host's files, writes to a few places of them only, and has no network unless it is asked for.</summary>
internal static class ConfinedProgram
{
    /// <exception cref="HostException">bubblewrap is not there.</exception>
    public static Command Command(string program, ImmutableArray<string> arguments, ImmutableArray<string> writable, bool network)
    {
        var bubblewrap = HostProgram.Bubblewrap.Find();
        return new Command(bubblewrap,
        [
            "--unshare-all",
            .. network ? ImmutableArray.Create("--share-net") : [],
            "--as-pid-1",
            "--die-with-parent",
            "--cap-drop", "ALL",
            "--ro-bind", "/", "/",
            "--dev", "/dev",
            .. writable.SelectMany(path => new[] { "--bind", path, path }),
            "--chdir", writable[0],
            "--",
            "/bin/sh", "-euc", OuterCommand.Guard + "shift\nexec \"$@\"\n", "sh", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            program, .. arguments,
        ])
        {
            Environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
                .Add("LC_ALL", "C")
                .Add("PATH", Environment.GetEnvironmentVariable("PATH") ?? "")
                .Add("TERM", Environment.GetEnvironmentVariable("TERM") ?? "dumb")
                .Add("TMPDIR", writable[0]),
            Stop = StopMethod.KillNamespace,
        };
    }
}
