namespace Bootstrap.Platform;

/// <summary>A program of the host, or another file, and the package that has it: what Debian calls it, others do too where nothing else is said.</summary>
/// <remarks>By the packages of July 2026: Debian's, Fedora's spec files, Arch's and openSUSE's repositories, Alpine's aports. Null stands for none.</remarks>
public sealed record HostProgram(string Name, string Debian)
{
    public static readonly HostProgram AptGet = new("apt-get", "apt") { Suse = null };
    public static readonly HostProgram AptCache = AptGet with { Name = "apt-cache" };
    public static readonly HostProgram AptConfig = AptGet with { Name = "apt-config" };
    public static readonly HostProgram Bubblewrap = new("bwrap", "bubblewrap");
    public static readonly HostProgram Cp = new("cp", "coreutils");
    public static readonly HostProgram DebianKeys =
        new("/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring") { Fedora = "debian-keyring", Suse = null };
    public static readonly HostProgram DpkgDeb = new("dpkg-deb", "dpkg");
    public static readonly HostProgram Faketime = new("libfaketime.so.1", "libfaketime");
    public static readonly HostProgram FindFiles = new("find", "findutils");
    public static readonly HostProgram Git = new("git", "git");
    public static readonly HostProgram Gpg = new("gpg", "gpg") { Others = "gnupg", Fedora = "gnupg2", Suse = "gpg2" };
    public static readonly HostProgram Gpgv = new("gpgv", "gpgv") { Fedora = "gnupg2", Arch = "gnupg", Suse = "gpg2" };
    public static readonly HostProgram Mount = new("mount", "mount") { Others = "util-linux" };
    public static readonly HostProgram Ostree = new("ostree", "ostree") { Suse = "libostree" };
    public static readonly HostProgram QemuImg = new("qemu-img", "qemu-utils") { Others = "qemu-img" };
    public static readonly HostProgram Script = new("script", "bsdutils") { Others = "util-linux", Fedora = "util-linux-script" };
    public static readonly HostProgram SetPriv = new("setpriv", "util-linux");
    public static readonly HostProgram Shell = new("sh", "dash") { Others = "bash", Alpine = "busybox-binsh", MayBeBusybox = true };
    public static readonly HostProgram Tar = new("tar", "tar");

    private static ImmutableArray<HostProgram> OfApt => [AptGet, DpkgDeb, DebianKeys];

    /// <summary>Whether all is there that Debian's packages are fetched and unpacked by.</summary>
    public static bool HasApt => OfApt.All(program => program.Installed is not null);

    /// <summary>What every run needs: src/setup.sh asks for the same, and README.md names it.</summary>
    public static ImmutableArray<HostProgram> Needed => [Bubblewrap, Mount, SetPriv, Cp, FindFiles, Tar];

    private static readonly (string[] Files, string[] Keys) Release = (["etc/os-release", "usr/lib/os-release"], ["ID=", "ID_LIKE="]);
    private static readonly (string Name, string[] Ids, string Install, Func<HostProgram, string?> Package)[] Families =
    [
        ("Debian and Ubuntu", ["debian", "ubuntu"], "apt-get install", program => program.Debian),
        ("Fedora", ["fedora"], "dnf install", program => program.Fedora),
        ("RHEL and its kin (some packages are in EPEL)", ["rhel", "centos"], "dnf install", program => program.Fedora),
        ("Arch Linux", ["arch"], "pacman -S", program => program.Arch),
        ("openSUSE", ["opensuse", "suse"], "zypper install", program => program.Suse),
        ("Alpine", ["alpine"], "apk add", program => program.Alpine),
    ];

    public string? Fedora { get; init; } = Debian;
    public string? Arch { get; init; } = Debian;
    public string? Suse { get; init; } = Debian;
    public string? Alpine { get; init; } = Debian;
    private string Others { init => Fedora = Arch = Suse = Alpine = value; }

    /// <summary>Busybox has one of the same name that will do; its others lack options that are used.</summary>
    private bool MayBeBusybox { get; init; }

    /// <summary>Its absolute path, or null where it is not there.</summary>
    public string? Installed => Found is { } path && (MayBeBusybox || Path.GetFileName(FileSystem.RealPath(path)) != "busybox") ? path : null;

    public (string What, string Hint) Problem => (Found is null ? "is missing" : "is busybox's, which can't do all that is asked of it", HintIn("/"));

    // Debian's newer packages of keys name them .pgp.
    private string? Found => ProcessRunner.Find(Name) ?? (Path.IsPathRooted(Name) ? ProcessRunner.Find(Path.ChangeExtension(Name, "pgp")) : null);

    public string Find() => Installed ?? throw Missing($"The host's '{Name}' {Problem.What}.");
    public HostException Missing(string message) => new(message, Problem.Hint);

    // By what the system with this root directory says in os-release(5): what it is, else what it is like.
    internal string HintIn(string root)
    {
        var family = NamesIn(root).Select(name => Families.FirstOrDefault(family => family.Ids.Contains(name))).FirstOrDefault(family => family.Ids is not null);
        var isOfApt = OfApt.Any(program => program.Debian == Debian);
        // Whoever lacks one of these lacks the others, as a rule.
        ImmutableArray<HostProgram> together = isOfApt ? OfApt : [this];
        var how = family.Ids is null ? $"Debian has it in the package '{Debian}'; another distribution may call that otherwise."
            : isOfApt && family.Ids.Contains("debian") && AptGet.Installed is null ? $"{family.Name} have it in {string.Join(", ", OfApt.Select(family.Package))}, which this system was made without."
            : family.Package(this) is not null ? $"On {family.Name} it comes with: {family.Install} {string.Join(' ', together.Select(family.Package).OfType<string>())}"
            : $"{family.Name} has no package of it.";
        if (isOfApt && family.Ids is { } ids && !ids.Contains("debian") && family.Package(this) is not null)
            how += "; a mirror of Debian's is named by --debian-mirror then";
        return isOfApt ? how + "\nWhat does without it: host tools by --host-tools alpine or path:DIRECTORY, emulators by --emulators built, sources by --sources upstream." : how;
    }

    private static IEnumerable<string> NamesIn(string root)
    {
        var lines = Release.Files.Select(name => Path.Combine(root, name)).FirstOrDefault(FileSystem.IsFile) is { } path ? DiskFailure.Or([], () => File.ReadAllLines(path)) : [];
        return Release.Keys.SelectMany(key => lines.Where(line => line.StartsWith(key, StringComparison.Ordinal)).SelectMany(line => line[key.Length..].Split(' ', '"', '\'')));
    }
}
