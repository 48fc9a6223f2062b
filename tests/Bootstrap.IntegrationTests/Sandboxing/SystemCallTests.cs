using System.Buffers.Binary;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>Calls of the kernel by number, made in a sandbox by a program that is written byte for byte, and what programs there still can do.</summary>
public sealed class SystemCallTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const int NotPermitted = -1;
    private const int NotThere = -38;
    private const int BadDescriptor = -9;
    private const int X32 = 0x40000000;
    private const int NoInt80 = 139; // SIGSEGV: such a kernel has none of i386's calls.

    // keyctl, add_key, request_key, bpf, perf_event_open, userfaultfd, io_uring_setup, io_uring_enter, io_uring_register, kexec_load, init_module,
    // finit_module, delete_module, mount, umount2, pivot_root, open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr, setns, unshare,
    // clone, swapon, swapoff, reboot, syslog, acct, open_by_handle_at, clock_settime, iopl, ioperm (asm/unistd_64.h, asm/unistd_32.h)
    private static readonly int[] RefusedBy64 =
        [250, 248, 249, 321, 298, 323, 425, 426, 427, 246, 175, 313, 176, 165, 166, 155, 428, 429, 430, 431, 432, 433, 442, 308, 272, 56, 167, 168, 169, 103, 163, 304, 227, 172, 173];

    private static readonly int[] RefusedBy32 =
        [288, 286, 287, 357, 336, 374, 425, 426, 427, 283, 128, 350, 129, 21, 52, 217, 428, 429, 430, 431, 432, 433, 442, 346, 310, 120, 87, 115, 88, 103, 51, 342, 264, 110, 101];

    [Fact]
    public async Task What_no_build_needs_is_refused()
    {
        Assert.All(await CallAsync([0x0f, 0x05], RefusedBy64), each => Assert.Equal(NotPermitted, each)); // syscall
        Assert.Equal((int[])[BadDescriptor, NotThere, NotThere], await CallAsync([0x0f, 0x05], [3, 435, 500])); // close, clone3, none
    }

    [Fact]
    public async Task The_calls_of_32_bit_programs_are_refused_too()
    {
        var results = await CallAsync([0xcd, 0x80], [6, .. RefusedBy32]); // int $0x80; close
        Assert.SkipWhen(results.Length == 0, "i386: the kernel runs none of its programs");
        Assert.Equal(BadDescriptor, results[0]);
        Assert.All(results[1..], each => Assert.Equal(NotPermitted, each));
    }

    [Fact]
    public async Task The_calls_of_x32_are_not_there() =>
        Assert.All(await CallAsync([0x0f, 0x05], [.. RefusedBy64.Append(39).Select(call => call | X32)]), each => Assert.Equal(NotThere, each));

    [Theory]
    [InlineData("perl -e 'ioctl(STDIN, 0x5412, $c = \"x\") or print \"$!\"'", "Operation not permitted")]
    [InlineData("perl -e 'ioctl(STDIN, 0x541C, $c = \"x\") or print \"$!\"'", "Operation not permitted")]
    [InlineData("perl -e 'socket(S, 40, 1, 0) or print \"$!\"'", "Address family not supported by protocol")]
    [InlineData("perl -e 'socketpair(S, T, 1, 1, 0) and socket(U, 2, 1, 0) and print \"sockets\"'", "sockets")]
    [InlineData("setarch linux32 uname -m", "i686\n")]
    [InlineData("setarch --addr-no-randomize cat /proc/self/personality", "00040000\n")]
    [InlineData("seq 300000 | sort --parallel=2 -S 1M -R | wc -l", "300000\n")] // with threads
    [InlineData("grep -h Seccomp: /proc/1/status /proc/self/status", "Seccomp:\t2\nSeccomp:\t2\n")]
    public async Task Terminals_and_other_hosts_are_out_of_reach_and_what_builds_do_works(string script, string expected) =>
        Assert.Equal((0, expected), await fixture.ShellAsync(script));

    [Fact]
    public async Task What_is_started_has_a_session_keyring_of_its_own_with_nothing_in_it()
    {
        // KEYCTL_GET_KEYRING_ID and KEYCTL_READ of KEY_SPEC_SESSION_KEYRING
        const string ask = "$id = syscall(250, 0, -3, 0); $size = syscall(250, 11, -3, $b = \"\", 0); print \"$id $size\"";
        using var beside = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("perl", ["-e", ask]) { RedirectStandardOutput = true })!;
        var ours = await beside.StandardOutput.ReadToEndAsync();
        var its = (await fixture.Processes.RunAsync(CommandSpec.Of("perl", "-e", ask), CancellationToken.None)).Output;
        Assert.True(ours == "-1 -1" ? its == "-1 -1" : its.EndsWith(" 0", StringComparison.Ordinal) && its != ours, $"ours: {ours}, its: {its}");
    }

    /// <summary>What each call returns, all of its arguments being 2^32 - 1; nothing where the way to call is not there.</summary>
    private async Task<int[]> CallAsync(byte[] instruction, int[] calls)
    {
        byte[] code =
        [
            0x4c, 0x8d, 0x25, 0x40, 0, 0, 0, // lea table(%rip),%r12
            0x41, 0x8b, 0x04, 0x24, 0x85, 0xc0, 0x78, 0x19, // next: mov (%r12),%eax; test %eax,%eax; js end
            0xbb, 0xff, 0xff, 0xff, 0xff, 0x89, 0xd9, 0x89, 0xda, 0x89, 0xde, 0x89, 0xdf, // mov $-1,%ebx; to %ecx, %edx, %esi, %edi
            .. instruction,
            0x41, 0x89, 0x04, 0x24, 0x49, 0x83, 0xc4, 0x04, 0xeb, 0xdf, // mov %eax,(%r12); add $4,%r12; jmp next
            0x48, 0x8d, 0x35, 0x18, 0, 0, 0, 0x4c, 0x89, 0xe2, 0x48, 0x29, 0xf2, // end: lea table(%rip),%rsi; mov %r12,%rdx; sub %rsi,%rdx
            0xbf, 1, 0, 0, 0, 0x89, 0xf8, 0x0f, 0x05, // mov $1,%edi; mov %edi,%eax; syscall: write
            0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05, // mov $60,%eax; xor %edi,%edi; syscall: exit
        ];
        var table = new byte[4 * (calls.Length + 1)];
        foreach (var (index, call) in calls.Append(-1).Index())
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(4 * index), call);
        var program = Path.Combine(fixture.Make(Path.GetRandomFileName()), "program");
        await File.WriteAllBytesAsync(program, [.. Header(code.Length + table.Length), .. code, .. table]);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var (work, spec) = (fixture.Make(Path.GetRandomFileName()), fixture.Spec("/program"));
        var exit = await fixture.Sandbox.RunAsync(
            spec with { Mounts = spec.Mounts.Add(Mount.File("/program", program)) }, work, work + "/log", CancellationToken.None);
        var log = await File.ReadAllBytesAsync(work + "/log");
        Assert.True(exit == 0 || (exit == NoInt80 && instruction[0] == 0xcd), $"exit code {exit}");
        return [.. Enumerable.Range(0, log.Length / 4).Select(index => BinaryPrimitives.ReadInt32LittleEndian(log.AsSpan(4 * index)))];
    }

    // An ELF header and one segment that may be written to and run (System V ABI, chapters 4 and 5).
    private static byte[] Header(int size)
    {
        const int headers = 64 + 56;
        const ulong start = 0x400000;
        var bytes = new byte[headers];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        (bytes[16], bytes[18], bytes[20], bytes[32], bytes[52], bytes[54], bytes[56]) = (2, 62, 1, 64, 64, 56, 1);
        (bytes[64], bytes[68]) = (1, 7);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), start + headers);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(80), start);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(88), start);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(96), (ulong)(headers + size));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(104), (ulong)(headers + size));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(112), 0x1000);
        return bytes;
    }
}
