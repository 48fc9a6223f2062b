namespace Bootstrap.Platform;

/// <summary>A program of the host, and the Debian package that has it.</summary>
public sealed record HostProgram(string Name, string Package)
{
    public static readonly HostProgram AptCache = new("apt-cache", "apt");
    public static readonly HostProgram AptConfig = new("apt-config", "apt");
    public static readonly HostProgram AptGet = new("apt-get", "apt");
    public static readonly HostProgram Bubblewrap = new("bwrap", "bubblewrap");
    public static readonly HostProgram Cp = new("cp", "coreutils");
    public static readonly HostProgram DpkgDeb = new("dpkg-deb", "dpkg");
    public static readonly HostProgram Git = new("git", "git");
    public static readonly HostProgram Gpg = new("gpg", "gpg");
    public static readonly HostProgram Gpgv = new("gpgv", "gpgv");
    public static readonly HostProgram Ostree = new("ostree", "ostree");
    public static readonly HostProgram QemuImg = new("qemu-img", "qemu-utils");
    public static readonly HostProgram Shell = new("sh", "dash");
    public static readonly HostProgram Tar = new("tar", "tar");
    public bool IsInstalled => ProcessRunner.Find(Name) is not null;

    /// <summary>Its absolute path.</summary>
    public string Find() => ProcessRunner.Find(Name) ?? throw HostException.Missing($"The program '{Name}' is missing.", Package);
}
