namespace Bootstrap.Platform;

/// <summary>A program of the host, and the Debian package that has it.</summary>
public sealed record HostProgram(string Name, string Package)
{
    public static HostProgram AptCache { get; } = new("apt-cache", "apt");

    public static HostProgram AptConfig { get; } = new("apt-config", "apt");

    public static HostProgram AptGet { get; } = new("apt-get", "apt");

    public static HostProgram Bubblewrap { get; } = new("bwrap", "bubblewrap");

    public static HostProgram Cp { get; } = new("cp", "coreutils");

    public static HostProgram DpkgDeb { get; } = new("dpkg-deb", "dpkg");

    public static HostProgram Git { get; } = new("git", "git");

    public static HostProgram Gpg { get; } = new("gpg", "gpg");

    public static HostProgram Gpgv { get; } = new("gpgv", "gpgv");

    public static HostProgram Ostree { get; } = new("ostree", "ostree");

    public static HostProgram QemuImg { get; } = new("qemu-img", "qemu-utils");

    public static HostProgram Shell { get; } = new("sh", "dash");

    public static HostProgram Tar { get; } = new("tar", "tar");

    public bool IsInstalled => ProcessRunner.Find(Name) is not null;

    /// <summary>Its absolute path.</summary>
    /// <exception cref="HostException">It is not on the PATH.</exception>
    public string Find() => ProcessRunner.Find(Name) ?? throw HostException.Missing($"The program '{Name}' is missing.", Package);
}
