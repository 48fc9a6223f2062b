using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Scripts;

/// <summary>
/// A checkout with the real launcher and next to no sources, on a host where <c>dotnet</c>, <c>apt-get</c> and <c>id</c> are scripts that
/// write down what they were asked for.
/// </summary>
internal sealed class LauncherCheckout : IDisposable
{
    private const string Dotnet = """
        root=${0%/*}/..
        case $1 in
          publish)
            echo "publish in $PWD" >>"$root/calls"
            env >"$root/environment"
            printf '%s\n' "$@" >"$root/arguments"
            case $* in *PublishReadyToRun=false*) ;; *) [ ! -e "$root/broken" ] || { cat "$root/broken"; exit 1; } ;; esac
            [ ! -e "$root/warning" ] || cat "$root/warning"
            while [ "$1" != --output ]; do shift; done
            : >"$2/bootstrap.dll" ;;
          *)
            [ ! -e /proc/$$/fd/9 ] || echo "the lock is still open"
            streams=$(for stream in 0 1 2; do readlink "/proc/$$/fd/$stream" || echo closed; done)
            echo "$streams" >"$root/streams"
            env >"$root/environment of the tool"
            echo "ran ${1##*/} for $BOOTSTRAP_HOME in $PWD:"; shift; printf '<%s>' "$@" ;;
        esac
        """;

    private const string AptGet = """
        echo "apt-get $*" >>"${0%/*}/../calls"
        case "$*" in *install*) printf '#!/bin/sh\n' >"${0%/*}/bwrap"; chmod 755 "${0%/*}/bwrap" ;; esac
        """;

    private static readonly string[] SystemPrograms =
    [
        "sh", "readlink", "find", "tar", "mkdir", "flock", "mktemp", "ln", "mv", "rm", "rmdir", "cp", "cat", "chmod", "touch", "env", "awk", "sed", "sort", "sha256sum",
    ];

    private readonly ProcessRunner _processes = new();

    public LauncherCheckout()
    {
        Write("src/setup.sh", Checkout.Read("src/setup.sh").Replace("/etc/os-release", $"'{Release}'", StringComparison.Ordinal));
        File.WriteAllText(Release, "ID=debian\n");
        foreach (var path in (string[])["bootstrap", "global.json", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
            Write(path, Checkout.Read(path), executable: true);
        Write("src/Bootstrap/Engine.cs", "", executable: false);
        Write("src/Bootstrap.Cli/Program.cs", "", executable: false);
        Directory.CreateDirectory(Host);
        foreach (var program in SystemPrograms)
            File.CreateSymbolicLink(Path.Combine(Host, program), ProcessRunner.Find(program)!);
        foreach (var program in (string[])["bwrap", "mount", "setpriv"])
            Provide(program, "");
        Provide("dotnet", Dotnet);
        Provide("apt-get", AptGet);
        Provide("id", "echo 0");
        Provide("uname", "echo x86_64");
        Provide("getent", $"echo 'root:x:0:0:root:{Root}/a home of the system:/bin/sh'");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("launcher-").FullName;

    public string Home => Path.Combine(Root, "a checkout");

    /// <summary>The one directory on PATH.</summary>
    public string Host => Path.Combine(Root, "host");

    /// <summary>What stands for /etc/os-release.</summary>
    public string Release => Path.Combine(Root, "os-release");

    /// <summary>While this file exists dotnet can't compile ahead, and says what is in it.</summary>
    public string Broken => Path.Combine(Root, "broken");

    /// <summary>What dotnet and apt-get were asked for.</summary>
    public string[] Calls => Lines("calls");

    /// <summary>What one of the programs wrote down: <c>calls</c>, <c>arguments</c>, <c>environment</c>, <c>streams</c>.</summary>
    public string[] Lines(string name) => File.Exists(Path.Combine(Root, name)) ? File.ReadAllLines(Path.Combine(Root, name)) : [];

    public string InHome(string path) => Path.Combine(Home, path);

    public void Write(string path, string text, bool executable = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(InHome(path))!);
        File.WriteAllText(InHome(path), text);
        if (executable)
            File.SetUnixFileMode(InHome(path), (UnixFileMode)0b111_101_101);
    }

    public void Provide(string program, string script)
    {
        var path = Path.Combine(Host, program);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    public void Remove(string program) => File.Delete(Path.Combine(Host, program));

    public Task<ProcessResult> RunAsync(params string[] arguments) => RunAsync(InHome("bootstrap"), arguments);

    public Task<ProcessResult> RunAsync(string launcher, string[] arguments) => RunAsync(launcher, arguments, new Dictionary<string, string?>());

    /// <summary>Runs it with more variables, or without those whose value is null.</summary>
    public Task<ProcessResult> RunAsync(string launcher, string[] arguments, IReadOnlyDictionary<string, string?> changes)
    {
        var environment = new Dictionary<string, string?> { ["PATH"] = Host, ["HOME"] = Path.Combine(Root, "a home, with spaces") };
        foreach (var (name, value) in changes)
            environment[name] = value;
        return _processes.RunAsync(
            TestCommand.Of(launcher, arguments) with
            {
                Environment = environment.Where(variable => variable.Value is not null)
                    .ToImmutableSortedDictionary(variable => variable.Key, variable => variable.Value!),
                WorkingDirectory = Root,
            },
            CancellationToken.None);
    }

    public void Dispose()
    {
        _processes.Dispose();
        TreeRemover.Remove(Root);
    }
}
