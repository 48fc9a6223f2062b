namespace Bootstrap.Sandboxing;

/// <summary>
/// A clock that is some days ahead for the programs of a sandbox, by libfaketime: the root file system's own, as Alpine's host tools have it,
/// else the host's. Programs that are static, or of another C library than the one that it was made for, still see the true time:
/// <see cref="WorksAsync"/> tells whether it takes effect.
/// </summary>
/// <param name="Library">The path of the host's <c>libfaketime.so.1</c>, or null where the root file system has its own.</param>
public sealed record ShiftedClock(string? Library, int Days)
{
    /// <summary>Where a root file system may have its own, as Alpine's package lays it.</summary>
    public const string OwnLibrary = "usr/lib/faketime/libfaketime.so.1";

    private const string LibraryInside = "/clock.so";

    // Before /usr/bin on every step's PATH.
    private const string TouchInside = "/usr/sbin/touch";

    // Without this, the library has touch set the shifted now, also where it is told to leave touch alone. By its whole path it still does,
    // as do Perl's and Python's utime.
    private const string Touch = "#!/bin/sh\nFAKETIME=\nexport FAKETIME\ntest -x /usr/bin/touch || exec /bin/touch \"$@\"\nexec /usr/bin/touch \"$@\"\n";

    // Where Debian, Fedora, and Arch or Alpine put it.
    private static readonly string[] Places =
        [BuildMachine.Current.Libraries + "/faketime/libfaketime.so.1", "/usr/lib64/faketime/libfaketime.so.1", "/usr/lib/faketime/libfaketime.so.1"];

    /// <summary>Such a clock, or null where neither this root file system nor this host has libfaketime.</summary>
    public static ShiftedClock? Find(int days, string root) => File.Exists(Path.Combine(root, OwnLibrary)) ? new ShiftedClock(null, days)
        : Places.FirstOrDefault(File.Exists) is { } library ? new ShiftedClock(library, days) : null;

    public SandboxSpec ApplyTo(SandboxSpec spec, string workDirectory)
    {
        // Only "now" is shifted: not the times of files, whether make compares them (a stamp of next month would be newer than all that is made
        // of it, for ever) or a command sets or copies them (they go into archives), nor the clock that waits are measured by.
        var environment = spec.Environment
            .SetItem("FAKETIME", string.Create(CultureInfo.InvariantCulture, $"+{Days}d"))
            .SetItem("NO_FAKE_STAT", "1")
            .SetItem("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        var mounts = spec.Mounts;
        if (spec.Root.Any(layer => new DirectoryInfo(layer + Path.GetDirectoryName(TouchInside)).LinkTarget is not null))
        {
            // Where /usr/sbin is /usr/bin: the library sets all times of files so many days back, which is right for those of now alone.
            environment = environment.SetItem("FAKE_UTIME", "1");
        }
        else
        {
            var touch = Path.Combine(workDirectory, "touch");
            File.WriteAllText(touch, Touch);
            File.SetUnixFileMode(touch, (UnixFileMode)0b111_101_101);
            mounts = mounts.Add(Mount.File(TouchInside, touch));
        }
        // musl reads no ld.so.preload; glibc does, which keeps a step's own LD_PRELOAD from turning the library off.
        if (Library is null)
            return spec with { Mounts = mounts, Environment = environment.SetItem("LD_PRELOAD", "/" + OwnLibrary) };
        var preload = Path.Combine(workDirectory, "ld.so.preload");
        File.WriteAllText(preload, LibraryInside + "\n");
        return spec with { Mounts = mounts.Add(Mount.File("/etc/ld.so.preload", preload)).Add(Mount.File(LibraryInside, Library)), Environment = environment };
    }

    /// <summary>Asks the <c>date</c> of a root file system, under this clock.</summary>
    public async Task<bool> WorksAsync(Sandbox sandbox, string root, string workDirectory, CancellationToken cancel)
    {
        var log = Path.Combine(workDirectory, "date");
        var spec = new SandboxSpec { Root = [root], Arguments = ["date", "+%s"] };
        spec = spec with { Environment = spec.Environment.Add("PATH", "/usr/bin:/bin") };
        var exitCode = await sandbox.RunAsync(ApplyTo(spec, workDirectory), workDirectory, log, cancel);
        var answer = await File.ReadAllTextAsync(log, cancel);
        return exitCode == 0
            && long.TryParse(answer, CultureInfo.InvariantCulture, out var seconds)
            && DateTimeOffset.FromUnixTimeSeconds(seconds) > DateTimeOffset.UtcNow.AddDays(Days - 1);
    }
}
