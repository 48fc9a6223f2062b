using Bootstrap.Sandboxing;

namespace Bootstrap.HostTools;

/// <summary>Makes a sysroot depend on nothing but what went into it: no trace of machine, user or installer, plain modes.</summary>
internal sealed class TreeNormalizer(ProcessRunner processes)
{
    // One by one, so that find can enter a directory it has just made readable.
    private const string Writable = "find . -type d ! -perm -0700 -exec chmod 0755 {} \\;";

    // What is below a link would be another tree's.
    private const string OwnFiles = "if test -L etc; then echo \"'etc' is a link; expected a directory, as in a root file system\" >&2; exit 1; fi";

    // What belongs to a running system; the sandbox supplies its own.
    private const string System =
        """
        rm -rf dev proc sys run tmp var root home
        mkdir dev proc sys run tmp var root home
        rm -f etc/resolv.conf etc/hostname etc/hosts etc/machine-id etc/mtab etc/fstab etc/ld.so.cache etc/.pwd.lock
        rm -f etc/passwd* etc/group* etc/shadow* etc/gshadow*
        find . ! -type d ! -type f ! -type l -delete
        find . -name __pycache__ -type d -prune -exec rm -rf {} +
        find . -type d -exec chmod 00755 {} +
        find . -type f -perm /111 -exec chmod 0755 {} +
        find . -type f ! -perm /111 -exec chmod 0644 {} +
        """;

    // No build step reads these; the sanitizers' run-time libraries and lto-dump are the largest files of a compiler's packages.
    private const string Unused =
        """
        rm -rf etc/apt etc/apk lib/apk usr/share/apk
        for name in doc doc-base man info locale lintian bug bash-completion zsh fish zoneinfo pixmaps menu applications; do
            rm -rf "usr/share/$name"
        done
        rm -f usr/bin/*-lto-dump-* usr/bin/lto-dump-*
        test -L usr/bin/lto-dump || rm -f usr/bin/lto-dump
        for sanitizer in asan hwasan lsan tsan ubsan; do find . -name "lib$sanitizer[._]*" -delete; done
        """;

    /// <summary>Normalizes a tree made of packages, which also loses what no build needs.</summary>
    public Task NormalizePackagesAsync(string tree, CancellationToken cancel) => RunAsync(tree, Unused + "\n" + System, cancel);

    /// <summary>Normalizes a tree of the user's making, of which all else stays as it is.</summary>
    public Task NormalizeAsync(string tree, CancellationToken cancel) => RunAsync(tree, System, cancel);

    /// <summary>Tells a root file system from anything else that a user may have named.</summary>
    public static void RequireShell(string tree, string origin, string expected = "a root file system, with bin and usr at its top")
    {
        // A link may lead anywhere within the tree, as in a busybox system.
        if (new FileInfo(Path.Combine(tree, "bin/sh")) is { Exists: false, LinkTarget: null })
            throw new HostException($"'{origin}' has no bin/sh; expected {expected}.", "Name what holds the whole root.");
    }

    private Task<string> RunAsync(string tree, string script, CancellationToken cancel) =>
        new ConfinedCommand(HostProgram.Shell, "-euc", string.Join('\n', Writable, OwnFiles, script)) { Writable = [tree] }.RequireAsync(
            processes, result => new HostException(
                $"The tree of a root file system could not be made plain: {result.Error.Trim()}", DiskFailure.Of(tree)?.Hint), cancel);
}
