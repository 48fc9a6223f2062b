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
        case $1 in
          publish)
            echo "publish in $PWD" >>"$CALLS"
            [ ! -e "$BROKEN" ] || { echo "error CS0000"; exit 1; }
            while [ "$1" != --output ]; do shift; done
            : >"$2/bootstrap.dll" ;;
          *)
            [ ! -e /proc/$$/fd/9 ] || echo "the lock is still open"
            echo "ran ${1##*/} for $BOOTSTRAP_HOME in $PWD:"; shift; printf '<%s>' "$@" ;;
        esac
        """;

    private const string AptGet = """
        echo "apt-get $*" >>"$CALLS"
        case "$*" in *install*) printf '#!/bin/sh\n' >"$HOST/bwrap"; chmod 755 "$HOST/bwrap" ;; esac
        """;

    private static readonly string[] SystemPrograms =
        ["sh", "readlink", "find", "cmp", "mkdir", "flock", "mktemp", "ln", "mv", "rm", "cat", "chmod"];

    private readonly ProcessRunner _processes = new();

    public LauncherCheckout()
    {
        foreach (var path in (string[])["bootstrap", "src/setup.sh", "global.json", "Directory.Build.props", "Directory.Packages.props"])
            Write(path, Checkout.Read(path), executable: true);
        Write("src/Bootstrap/Engine.cs", "", executable: false);
        Write("src/Bootstrap.Cli/Program.cs", "", executable: false);
        Directory.CreateDirectory(Host);
        foreach (var program in SystemPrograms)
            File.CreateSymbolicLink(Path.Combine(Host, program), ProcessRunner.Find(program)!);
        foreach (var program in (string[])["bwrap", "qemu-m68k-static", "qemu-system-m68k", "qemu-system-aarch64", "xz", "zstd"])
            Provide(program, "");
        Provide("dotnet", Dotnet);
        Provide("apt-get", AptGet);
        Provide("id", "echo 0");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("launcher-").FullName;

    public string Home => Path.Combine(Root, "a checkout");

    /// <summary>The one directory on PATH.</summary>
    public string Host => Path.Combine(Root, "host");

    /// <summary>While this file exists dotnet can't build.</summary>
    public string Broken => Path.Combine(Root, "broken");

    /// <summary>What dotnet and apt-get were asked for.</summary>
    public string[] Calls => File.Exists(Path.Combine(Root, "calls")) ? File.ReadAllLines(Path.Combine(Root, "calls")) : [];

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

    public Task<ProcessResult> RunAsync(string launcher, string[] arguments)
    {
        var environment = ImmutableSortedDictionary<string, string>.Empty
            .Add("PATH", Host).Add("HOST", Host).Add("HOME", Path.Combine(Root, "a home, with spaces")).Add("CALLS", Path.Combine(Root, "calls")).Add("BROKEN", Broken);
        return _processes.RunAsync(TestCommand.Of(launcher, arguments) with { Environment = environment, WorkingDirectory = Root }, CancellationToken.None);
    }

    public void Dispose()
    {
        _processes.Dispose();
        TreeRemover.Remove(Root);
    }
}
