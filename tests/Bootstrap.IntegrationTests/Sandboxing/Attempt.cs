namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>Where the control of an attempt runs, which shows that its command succeeds where it is allowed.</summary>
public enum Control
{
    /// <summary>In the same sandbox, with another value of $TARGET.</summary>
    SameSandbox,

    /// <summary>On the host, as the user who runs the tests.</summary>
    Host,

    /// <summary>As root of a user namespace with all capabilities and its own mounts.</summary>
    PrivilegedNamespace,
}

/// <summary>Something that a hostile recipe tries.</summary>
/// <param name="Command">A shell script; it ends with success only if the attempt did.</param>
/// <param name="Expected">What a refused attempt says.</param>
/// <param name="Control">Where the same command must succeed.</param>
/// <param name="Target">$TARGET of the attempt; a name in capitals stands for a value of this run.</param>
/// <param name="Allowed">$TARGET of the control.</param>
public sealed record Attempt(string Command, string Expected, Control Control, string Target = "", string Allowed = "")
{
    private const string Connect = "perl -MSocket -e 'socket(S, $ARGV[0], SOCK_STREAM, 0) or die; connect(S, eval $ARGV[1]) or die \"$!\\n\"' ";
    private const string Write = "touch \"$TARGET\"";
    private const string Overwrite = "cat \"$TARGET\" >/tmp/same && cat /tmp/same >\"$TARGET\"";
    private const string ReadOnly = "Read-only file system";
    private const string Lines = "none() { echo none; exit 1; }; trap 'test $? = 0 || none' EXIT; grep -a . ";
    private const string Missing = "No such file or directory";
    private const string Denied = "Operation not permitted";

    /// <summary>All attempts by name. System calls that no program makes are made by number (x86-64).</summary>
    public static readonly IReadOnlyDictionary<string, Attempt> All = new Dictionary<string, Attempt>
    {
        ["connect to a service of the host"] = new(Connect + "2 \"sockaddr_in($TARGET, INADDR_LOOPBACK)\"", "Connection refused", Control.Host, "PORT", "PORT"),
        ["connect to an abstract socket of the host"] = new(Connect + "1 \"pack('S', 1) . chr(0) . '$TARGET'\"", "Connection refused", Control.Host, "ABSTRACT", "ABSTRACT"),
        ["send a packet to the network"] = new(
            "perl -MSocket -e 'socket(S, AF_INET, SOCK_DGRAM, 0) or die; connect(S, sockaddr_in(9, inet_aton($ARGV[0]))) or die \"$!\\n\"' $TARGET",
            "Network is unreachable", Control.SameSandbox, "192.0.2.1", "127.0.0.1"),
        ["find a network interface"] = new("grep -v -e '|' -e ' lo:' /proc/net/dev || { echo none; exit 1; }", "none", Control.Host),

        ["read a file of the host"] = new("cat \"$TARGET\"", Missing, Control.Host, "SECRET", "SECRET"),
        ["read it through a process's root"] = new("cat \"/proc/${TARGET%%:*}/root${TARGET#*:}\"", Missing, Control.Host, "1:SECRET", "self:SECRET"),
        ["see a home directory"] = new("ls -d \"$TARGET\"", Missing, Control.Host, "/root", "/root"),
        ["see all home directories"] = new("ls -d \"$TARGET\"", Missing, Control.Host, "/home", "/home"),
        ["see the host's devices and buses"] = new("ls -d \"$TARGET\"", Missing, Control.Host, "/sys/kernel", "/sys/kernel"),
        ["see the directory of the store"] = new("ls -d \"$TARGET\"", Missing, Control.Host, "SCRATCH", "SCRATCH"),

        ["write to /"] = new(Write, ReadOnly, Control.SameSandbox, "/x", "/build/x"),
        ["write to /usr"] = new(Write, ReadOnly, Control.SameSandbox, "/usr/x", "/out/x"),
        ["write to /etc"] = new(Write, ReadOnly, Control.SameSandbox, "/etc/x", "/tmp/x"),
        ["write to /dev"] = new(Write, ReadOnly, Control.SameSandbox, "/dev/x", "/dev/shm/x"),
        ["write to a source"] = new(Write, ReadOnly, Control.SameSandbox, "/src/x", "/build/y"),
        ["overwrite a source"] = new(Overwrite, ReadOnly, Control.SameSandbox, "/src/file", "/build/file"),
        ["change a source's mode"] = new("chmod 644 \"$TARGET\"", ReadOnly, Control.SameSandbox, "/src/file", "/build/file"),
        ["change the mode of the host's /dev/null"] = new("chmod 666 \"$TARGET\"", ReadOnly, Control.SameSandbox, "/dev/null", "/build/file"),
        ["change a setting of the kernel"] = new(Overwrite, ReadOnly, Control.SameSandbox, "/proc/sys/kernel/core_pattern", "/build/file"),
        ["write to the host through a process's root"] = new("touch \"/proc/${TARGET%%:*}/root${TARGET#*:}\"", Missing, Control.Host, "1:VICTIM", "self:VICTIM"),
        ["link a source to where it can be written"] = new("ln \"$TARGET\" /build/linked", "Invalid cross-device link", Control.SameSandbox, "/src/file", "/build/file"),

        ["find a process of the host"] = new(
            "perl -e '$m = join \"\", @ARGV; for (glob \"/proc/[0-9]*/cmdline\") { open F, $_ or next; $seen ||= index(<F> // \"\", $m) >= 0 } $seen or die \"none\\n\"' $TARGET",
            "none", Control.Host, "MARKER", "MARKER"),
        ["signal a process of the host"] = new("kill -0 $TARGET", "No such process", Control.Host, "PROCESS", "PROCESS"),
        ["trace a process of the host"] = new(
            "sleep 5 & own=$!; perl -e 'syscall(101, 16, $ARGV[0] + 0, 0, 0) == 0 or die \"$!\\n\"' $(eval echo $TARGET)",
            "No such process", Control.SameSandbox, "PROCESS", "$own"),

        ["see the keys of who builds"] = new(Lines + "/proc/keys", "none", Control.Host),
        ["join the keyring of who builds"] = new("perl -e 'syscall(250, 0, -3, 0) > 0 or die \"$!\\n\"'", Denied, Control.Host),
        ["see the command line of the host's kernel"] = new(Lines + "/proc/cmdline", "none", Control.Host),
        ["know the host's last start"] = new(Lines + "/proc/sys/kernel/random/boot_id", "none", Control.Host),
        ["see the host's interrupts"] = new(Lines + "/proc/interrupts", "none", Control.Host),
        ["find variables of the host"] = new(Lines + "\"/proc/$TARGET/environ\"", "none", Control.Host, "1", "self"),
        ["find paths of the host in the first process"] = new(
            "tr '\\0' ' ' <\"/proc/1/cmdline\" | sed 's/ -- .*//' | grep / | grep -vx './bwrap --args 4' || { echo none; exit 1; }", "none", Control.Host),

        ["mount"] = new("perl -e '@a = (\"none\", \"/tmp\", \"tmpfs\"); syscall(165, $a[0], $a[1], $a[2], 0, 0) == 0 or die \"$!\\n\"'", Denied, Control.PrivilegedNamespace),
        ["bind the root elsewhere"] = new("perl -e '@a = (\"/\", \"/tmp\"); syscall(165, $a[0], $a[1], 0, 4096 | 16384, 0) == 0 or die \"$!\\n\"'", Denied, Control.PrivilegedNamespace),
        ["make a user namespace"] = new("unshare --user true", Denied, Control.Host),
        ["make a mount namespace"] = new("unshare --mount true", Denied, Control.PrivilegedNamespace),
        ["change the root"] = new("perl -e 'chroot \"/tmp\" or die \"$!\\n\"'", Denied, Control.PrivilegedNamespace),
        ["set the host name"] = new("perl -e '$n = \"x\"; syscall(170, $n, 1) == 0 or die \"$!\\n\"'", Denied, Control.PrivilegedNamespace),
        ["make a device"] = new("mknod /build/device $TARGET", Denied, Control.SameSandbox, "c 1 3", "p"),
        ["give a file away"] = new("chown \"$TARGET\" /build/file", "Invalid argument", Control.SameSandbox, "1", "0"),
        ["speak to a terminal"] = new("exec 5<>\"$TARGET\"", "No such device or address", Control.SameSandbox, "/dev/tty", "/dev/null"),
    };
}
