using System.Buffers.Binary;
using Bootstrap.Sandboxing;

namespace Bootstrap.Tests.Sandboxing;

/// <summary>The filter, run as the kernel runs it. All numbers here are from the kernel's headers, none from the filter's own table.</summary>
public sealed class SystemCallFilterTests
{
    private const uint X64 = 0xC000003E;
    private const uint X86 = 0x40000003;
    private const uint Arm64 = 0xC00000B7;
    private const uint Arm = 0x40000028;

    private const uint Allowed = 0x7FFF0000;
    private const uint NotPermitted = 0x00050000 | 1;
    private const uint NotThere = 0x00050000 | 38;
    private const uint NoFamily = 0x00050000 | 97;

    // keyctl, add_key, request_key, bpf, perf_event_open, userfaultfd, io_uring_setup, io_uring_enter, io_uring_register, kexec_load, init_module,
    // finit_module, delete_module, mount, umount2, pivot_root, open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr, open_tree_attr,
    // setns, swapon, swapoff, reboot, syslog, acct, quotactl, quotactl_fd, open_by_handle_at, clock_settime, settimeofday, chroot, sethostname
    [Theory]
    [InlineData(X64, 250, 248, 249, 321, 298, 323, 425, 426, 427, 246, 175, 313, 176, 165, 166, 155, 428, 429, 430, 431, 432, 433, 442, 467, 308, 167, 168, 169, 103, 163, 179, 443, 304, 227, 164, 161, 170, 320, 172, 173)]
    [InlineData(X86, 288, 286, 287, 357, 336, 374, 425, 426, 427, 283, 128, 350, 129, 21, 52, 217, 428, 429, 430, 431, 432, 433, 442, 467, 346, 87, 115, 88, 103, 51, 131, 443, 342, 264, 79, 61, 74, 22, 404, 110, 101, 25)]
    [InlineData(Arm64, 219, 217, 218, 280, 241, 282, 425, 426, 427, 104, 105, 273, 106, 40, 39, 41, 428, 429, 430, 431, 432, 433, 442, 467, 268, 224, 225, 142, 116, 89, 60, 443, 265, 112, 170, 51, 161, 294)]
    [InlineData(Arm, 311, 309, 310, 386, 364, 388, 425, 426, 427, 347, 128, 379, 129, 21, 52, 218, 428, 429, 430, 431, 432, 433, 442, 467, 375, 87, 115, 88, 103, 51, 131, 443, 371, 262, 79, 61, 74, 401, 404)]
    public void What_no_build_needs_is_not_permitted_on_any_architecture(uint architecture, params int[] calls) =>
        Assert.All(calls, call => Assert.Equal(NotPermitted, Run(architecture, (uint)call)));

    // read, write, openat, close, mmap, execve, exit_group, fork or -, vfork or -, ptrace, personality, futex, prctl, process_vm_readv, rseq, mremap,
    // name_to_handle_at, memfd_create, faccessat2, file_setattr (the last of Linux 6.17); for arm also cacheflush and set_tls
    [Theory]
    [InlineData(X64, 0, 1, 257, 3, 9, 59, 231, 57, 58, 101, 135, 202, 157, 310, 334, 25, 303, 319, 439, 469)]
    [InlineData(X86, 3, 4, 295, 6, 192, 11, 252, 2, 190, 26, 136, 240, 172, 347, 386, 163, 341, 356, 439, 469)]
    [InlineData(Arm64, 63, 64, 56, 57, 222, 221, 94, 117, 92, 98, 167, 270, 293, 216, 264, 279, 439, 469)]
    [InlineData(Arm, 3, 4, 322, 6, 192, 11, 248, 2, 190, 26, 136, 240, 172, 376, 398, 163, 370, 385, 439, 469, 0xF0002, 0xF0005)]
    public void What_builds_debuggers_and_emulators_need_is_allowed(uint architecture, params int[] calls) =>
        Assert.All(calls, call => Assert.Equal(Allowed, Run(architecture, (uint)call)));

    [Theory]
    [InlineData(X64, 470)]
    [InlineData(X64, 435)] // clone3
    [InlineData(X64, 0x40000000)] // read of x32
    [InlineData(X64, 0x40000000 + 250)]
    [InlineData(X86, 470)]
    [InlineData(X86, 0xFFFFFFFF)]
    [InlineData(Arm64, 470)]
    [InlineData(Arm, 470)]
    [InlineData(Arm, 0xF0007)]
    [InlineData(Arm, 0x900000)] // the old ABI
    [InlineData(0x80000016, 4)] // s390x, which has no table
    public void What_is_newer_than_the_filter_or_of_another_machine_is_not_there(uint architecture, uint call) =>
        Assert.Equal(NotThere, Run(architecture, call));

    [Theory]
    [InlineData(X64, 56, 272, 16, 41)]
    [InlineData(X86, 120, 310, 54, 359)]
    [InlineData(Arm64, 220, 97, 29, 198)]
    [InlineData(Arm, 120, 337, 54, 281)]
    public void Namespaces_terminals_and_families_of_sockets_are_told_by_their_arguments(uint architecture, uint clone, uint unshare, uint ioctl, uint socket)
    {
        const uint thread = 0x3D0F00;
        const uint child = 0x1200011;
        Assert.All((uint[])[thread, child, 17], flags => Assert.Equal(Allowed, Run(architecture, clone, flags)));
        Assert.All([7, 17, 25, 26, 27, 28, 29, 30], bit => Assert.Equal(NotPermitted, Run(architecture, unshare, 1u << bit)));
        Assert.All([17, 25, 26, 27, 28, 29, 30], bit => Assert.Equal(NotPermitted, Run(architecture, clone, child | (1u << bit))));
        Assert.Equal(Allowed, Run(architecture, unshare, 0x600)); // its own files and directory
        Assert.All((uint[])[0x5412, 0x541C, 0x5423], request => Assert.Equal(NotPermitted, Run(architecture, ioctl, 0, request)));
        Assert.All((uint[])[0x5401, 0x5413, 0x80045430], request => Assert.Equal(Allowed, Run(architecture, ioctl, 0, request)));
        Assert.All((uint[])[0, 1, 2, 10, 16], family => Assert.Equal(Allowed, Run(architecture, socket, family)));
        Assert.All((uint[])[17, 31, 38, 40], family => Assert.Equal(NoFamily, Run(architecture, socket, family)));
    }

    [Fact]
    public void Where_one_call_stands_for_all_of_sockets_it_makes_none() =>
        Assert.Equal([NoFamily, Allowed], [Run(X86, 102, 1), Run(X86, 102, 8)]);

    /// <summary>What the filter returns for a call: Documentation/networking/filter.rst has the instructions, linux/seccomp.h what they look at.</summary>
    private static uint Run(uint architecture, uint call, params uint[] arguments)
    {
        var data = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, call);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        foreach (var (index, argument) in arguments.Index())
            BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(16 + (8 * index)), argument);
        var program = SystemCallFilter.Program;
        Assert.InRange(program.Length / 8, 1, 4096);
        var held = 0u;
        for (var at = 0; ; at++)
        {
            var instruction = program.AsSpan(8 * at, 8);
            var value = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20:
                    held = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)value));
                    break;
                case 0x05:
                    at += (int)value;
                    break;
                case 0x06:
                    return value;
                case 0x15:
                    at += instruction[held == value ? 2 : 3];
                    break;
                case 0x35:
                    at += instruction[held >= value ? 2 : 3];
                    break;
                case 0x45:
                    at += instruction[(held & value) != 0 ? 2 : 3];
                    break;
                default:
                    throw new InvalidOperationException($"Instruction {at} is none that the kernel takes.");
            }
        }
    }
}
