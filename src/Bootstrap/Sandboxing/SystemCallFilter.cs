using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Bootstrap.Sandboxing;

/// <summary>
/// The system calls that no build and no emulator needs, as a seccomp filter for <c>bwrap --seccomp</c>: those that Docker's default profile refuses to
/// a container without capabilities, but for personality(2) and access to processes of one's own, which setarch and debuggers need.
/// </summary>
/// <remarks>
/// What a kernel newer than those that the table was compared with has in addition is refused as if it were not there. So are x32's calls, whose
/// numbers are higher than all others, and clone3(2), whose flags no filter can read: every C library takes clone(2) then.
/// </remarks>
internal static class SystemCallFilter
{
    // linux/audit.h
    private const uint X64 = 0xC000_003E;
    private const uint X86 = 0x4000_0003;
    private const uint Arm64 = 0xC000_00B7;
    private const uint Arm = 0x4000_0028;

    /// <summary>The first number that Linux 6.17 has no call for, the same on every architecture.</summary>
    private const int FirstUnknown = 470;

    // cacheflush, set_tls and their kin (arch/arm/include/uapi/asm/unistd.h).
    private const int FirstOfArm = 0xF0001;
    private const int AfterThoseOfArm = 0xF0007;

    private const int NotPermitted = 1; // EPERM
    private const int NoCall = 38; // ENOSYS
    private const int NoFamily = 97; // EAFNOSUPPORT

    // CLONE_NEWTIME is one of the bits that are a signal's number for clone.
    private const uint NewNamespaces = 0x7E02_0000;
    private const uint NewTimeNamespace = 0x80;

    // TIOCSTI and TIOCLINUX type for the user of a terminal, TIOCSETD loads modules of the kernel.
    private static readonly uint[] RefusedControls = [0x5412, 0x541C, 0x5423];

    // AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. Others reach beyond network namespaces, as AF_VSOCK does to the host of a virtual machine.
    private static readonly uint[] Families = [0, 1, 2, 10, 16];

    // By number on x86-64, i386, arm64 and 32-bit arm, 0 where there is none (syscall_64.tbl and its kin in Linux 6.17).
    private static readonly ImmutableArray<(string Name, int X64, int X86, int Arm64, int Arm)> Refused =
    [
        ("acct", 163, 51, 89, 51), ("add_key", 248, 286, 217, 309), ("bpf", 321, 357, 280, 386),
        ("chroot", 161, 61, 51, 61), ("clock_adjtime", 305, 343, 266, 372), ("clock_adjtime64", 0, 405, 0, 405),
        ("clock_settime", 227, 264, 112, 262), ("clock_settime64", 0, 404, 0, 404), ("delete_module", 176, 129, 106, 129),
        ("fanotify_init", 300, 338, 262, 367), ("finit_module", 313, 350, 273, 379), ("fsconfig", 431, 431, 431, 431),
        ("fsmount", 432, 432, 432, 432), ("fsopen", 430, 430, 430, 430), ("fspick", 433, 433, 433, 433),
        ("init_module", 175, 128, 105, 128), ("io_uring_enter", 426, 426, 426, 426), ("io_uring_register", 427, 427, 427, 427),
        ("io_uring_setup", 425, 425, 425, 425), ("ioperm", 173, 101, 0, 0), ("iopl", 172, 110, 0, 0),
        ("kexec_file_load", 320, 0, 294, 401), ("kexec_load", 246, 283, 104, 347), ("keyctl", 250, 288, 219, 311),
        ("lookup_dcookie", 212, 253, 18, 249), ("mbind", 237, 274, 235, 319), ("migrate_pages", 256, 294, 238, 400),
        ("mount", 165, 21, 40, 21), ("mount_setattr", 442, 442, 442, 442), ("move_mount", 429, 429, 429, 429),
        ("move_pages", 279, 317, 239, 344), ("open_by_handle_at", 304, 342, 265, 371), ("open_tree", 428, 428, 428, 428),
        ("open_tree_attr", 467, 467, 467, 467), ("perf_event_open", 298, 336, 241, 364), ("pivot_root", 155, 217, 41, 218),
        ("quotactl", 179, 131, 60, 131), ("quotactl_fd", 443, 443, 443, 443), ("reboot", 169, 88, 142, 88),
        ("request_key", 249, 287, 218, 310), ("set_mempolicy", 238, 276, 237, 321), ("set_mempolicy_home_node", 450, 450, 450, 450),
        ("setdomainname", 171, 121, 162, 121), ("sethostname", 170, 74, 161, 74), ("setns", 308, 346, 268, 375),
        ("settimeofday", 164, 79, 170, 79), ("stime", 0, 25, 0, 0), ("swapoff", 168, 115, 225, 115),
        ("swapon", 167, 87, 224, 87), ("sysfs", 139, 135, 0, 135), ("syslog", 103, 103, 116, 103),
        ("umount", 0, 22, 0, 0), ("umount2", 166, 52, 39, 52), ("userfaultfd", 323, 374, 282, 388),
        ("uselib", 134, 86, 0, 86), ("vhangup", 153, 111, 58, 111), ("vm86", 0, 166, 0, 0), ("vm86old", 0, 113, 0, 0),
    ];

    /// <summary>The filter as bubblewrap reads it: instructions of classic BPF (<c>struct sock_filter</c>, linux/filter.h) for all architectures in one.</summary>
    public static byte[] Program { get; } = Encode(
    [
        Load(4), // seccomp_data.arch
        .. Calls(X64, [.. Refused.Select(call => call.X64)], clone: 56, clone3: 435, unshare: 272, ioctl: 16, socket: 41),
        .. Calls(X86, [.. Refused.Select(call => call.X86)], clone: 120, clone3: 435, unshare: 310, ioctl: 54, socket: 359, socketCall: 102),
        .. Calls(Arm64, [.. Refused.Select(call => call.Arm64)], clone: 220, clone3: 435, unshare: 97, ioctl: 29, socket: 198),
        .. Calls(Arm, [.. Refused.Select(call => call.Arm)], clone: 120, clone3: 435, unshare: 337, ioctl: 54, socket: 281),
        Refuse(NoCall),
    ]);

    // For others than steps it is a file of this process that has no name on any disk.
    private static readonly Lazy<SafeFileHandle> Memory = new(() =>
    {
        const uint closeOnExec = 1; // MFD_CLOEXEC
        var file = Native.MemoryFile("filter", closeOnExec);
        RandomAccess.Write(file, Program, 0);
        return file;
    });

    /// <summary>A command of bubblewrap with the filter.</summary>
    public static CommandSpec Over(CommandSpec command)
    {
        var script = string.Create(
            CultureInfo.InvariantCulture, $"exec \"$0\" --seccomp 9 \"$@\" 9</proc/{Environment.ProcessId}/fd/{Memory.Value.DangerousGetHandle()}");
        return command with { Program = "/bin/sh", Arguments = ["-c", script, command.Program, .. command.Arguments] };
    }

    // Skipped where the architecture is another one; to it every jump is within the 255 instructions of an offset.
    private static ImmutableArray<Instruction> Calls(
        uint architecture, ImmutableArray<int> refused, uint clone, uint clone3, uint unshare, uint ioctl, uint socket, uint? socketCall = null)
    {
        const int socketOfCall = 1; // SYS_SOCKET: its arguments are out of reach.
        Instruction[] calls =
        [
            Load(0), // seccomp_data.nr
            .. architecture == Arm ? [IfAtLeast(AfterThoseOfArm, 0, 1), Refuse(NoCall), IfAtLeast(FirstOfArm, 0, 1), Allow] : (Instruction[])[],
            IfAtLeast(FirstUnknown, 0, 1), Refuse(NoCall),
            IfEqual(clone3, 0, 1), Refuse(NoCall),
            .. AnyOf([.. refused.Where(number => number > 0).Select(number => (uint)number)], Refuse(NotPermitted)),
            .. IfCall(clone, [Load(Argument(0)), IfAnyBit(NewNamespaces, 0, 1), Refuse(NotPermitted)]),
            .. IfCall(unshare, [Load(Argument(0)), IfAnyBit(NewNamespaces | NewTimeNamespace, 0, 1), Refuse(NotPermitted)]),
            .. IfCall(ioctl, [Load(Argument(1)), .. AnyOf(RefusedControls, Refuse(NotPermitted))]),
            .. IfCall(socket, [Load(Argument(0)), .. AnyOf(Families, Allow), Refuse(NoFamily)]),
            .. socketCall is { } multiplexer ? IfCall(multiplexer, [Load(Argument(0)), IfEqual(socketOfCall, 0, 1), Refuse(NoFamily)]) : [],
            Allow,
        ];
        return [IfEqual(architecture, 0, calls.Length), .. calls];
    }

    private static IEnumerable<Instruction> IfCall(uint number, Instruction[] then) => [IfEqual(number, 0, then.Length + 1), .. then, Allow];

    private static IEnumerable<Instruction> AnyOf(uint[] values, Instruction then) =>
        [.. values.Select((value, index) => IfEqual(value, values.Length - index, 0)), new Instruction(0x05, 0, 0, 1), then]; // BPF_JA

    // The lower half on a little-endian machine: all that these calls look at.
    private static uint Argument(int index) => (uint)(16 + (8 * index));

    private static Instruction Allow => new(0x06, 0, 0, 0x7FFF_0000); // SECCOMP_RET_ALLOW

    private static Instruction Refuse(uint error) => new(0x06, 0, 0, 0x0005_0000 | error); // SECCOMP_RET_ERRNO

    private static Instruction Load(uint offset) => new(0x20, 0, 0, offset); // BPF_LD | BPF_W | BPF_ABS

    private static Instruction IfEqual(uint value, int then, int otherwise) => new(0x15, checked((byte)then), checked((byte)otherwise), value);

    private static Instruction IfAtLeast(uint value, int then, int otherwise) => new(0x35, checked((byte)then), checked((byte)otherwise), value);

    private static Instruction IfAnyBit(uint bits, int then, int otherwise) => new(0x45, checked((byte)then), checked((byte)otherwise), bits);

    private static byte[] Encode(ImmutableArray<Instruction> instructions)
    {
        var bytes = new byte[8 * instructions.Length];
        foreach (var (instruction, at) in instructions.Select((instruction, index) => (instruction, 8 * index)))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), instruction.Code);
            (bytes[at + 2], bytes[at + 3]) = (instruction.Then, instruction.Otherwise);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 4), instruction.Value);
        }
        return bytes;
    }

    private readonly record struct Instruction(ushort Code, byte Then, byte Otherwise, uint Value);
}
