using Bootstrap.Platform;

namespace Bootstrap.Sources;

/// <summary>A program of the host, and the Debian package that has it.</summary>
internal sealed record Tool(string Program, string Package)
{
    public static Tool Bubblewrap { get; } = new("bwrap", "bubblewrap");

    public static Tool AptGet { get; } = new("apt-get", "apt");

    public static Tool AptCache { get; } = new("apt-cache", "apt");

    public static Tool AptConfig { get; } = new("apt-config", "apt");

    public static Tool DpkgDeb { get; } = new("dpkg-deb", "dpkg");

    public static Tool Git { get; } = new("git", "git");

    public static Tool Gpgv { get; } = new("gpgv", "gpgv");

    public static Tool Tar { get; } = new("tar", "tar");

    public static Tool Ostree { get; } = new("ostree", "ostree");

    public static Tool Shell { get; } = new("sh", "dash");

    public bool IsInstalled => ProcessRunner.Find(Program) is not null;

    /// <exception cref="HostException">It is not on the PATH.</exception>
    public string Find() => ProcessRunner.Find(Program)
        ?? throw new HostException($"The program '{Program}' is missing.", $"Install the package {Package}.");
}
