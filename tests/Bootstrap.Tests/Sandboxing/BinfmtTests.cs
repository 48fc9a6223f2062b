using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Sandboxing;

public sealed class BinfmtTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static readonly ElfIdentity BigEndianArm64 = new(64, true, 183);

    [Theory]
    [InlineData(32, true, 4, "7f454c4601020100000000000000000000020004")]
    [InlineData(64, true, 183, "7f454c46020201000000000000000000000200b7")]
    [InlineData(64, false, 183, "7f454c460201010000000000000000000200b700")]
    public void The_magic_is_the_header_of_an_executable(int bits, bool bigEndian, int machine, string expected)
    {
        Assert.Equal(expected, Convert.ToHexStringLower(new ElfIdentity(bits, bigEndian, machine).Magic.AsSpan()));
    }

    [Theory]
    [InlineData(16, 0, 17, 2, true)] // ET_EXEC
    [InlineData(16, 0, 17, 3, true)] // ET_DYN
    [InlineData(16, 0, 17, 1, false)] // ET_REL
    [InlineData(16, 0, 17, 4, false)] // ET_CORE
    [InlineData(7, 3, 8, 5, true)] // ELFOSABI_GNU with an ABI version
    [InlineData(7, 9, 8, 0, false)] // ELFOSABI_FREEBSD
    [InlineData(4, 1, 5, 2, false)] // ELFCLASS32
    [InlineData(4, 2, 5, 1, false)] // ELFDATA2LSB
    [InlineData(18, 0, 19, 4, false)] // EM_68K
    public void Executables_and_shared_objects_of_the_machine_fit_and_nothing_else(int first, byte firstValue, int second, byte secondValue, bool fits)
    {
        var header = BigEndianArm64.Magic.ToArray();
        (header[first], header[second]) = (firstValue, secondValue);
        var masked = header.Zip(BigEndianArm64.Mask, (value, mask) => (byte)(value & mask));
        Assert.Equal(fits, masked.SequenceEqual(BigEndianArm64.Magic));
    }

    [Theory]
    [InlineData("enabled", 4, true)]
    [InlineData("disabled", 4, false)]
    [InlineData("enabled", 22, false)]
    public void A_handler_of_the_host_takes_programs_if_enabled_and_of_their_machine(string state, int machine, bool takes)
    {
        var entry = Entry(state, "/usr/libexec/qemu-binfmt/m68k-binfmt-P", "OCF");
        Assert.Equal(takes, SandboxHost.Takes(entry, new ElfIdentity(32, true, machine)));
    }

    // The kernel compares what lies at the offset, where the mask has ones (fs/binfmt_misc.c, search_binfmt_handler).
    [Theory]
    [InlineData(0, "7f454c4601020100000000000000000000020004000000010000000000000000000000000000000000000020", "ffffffffffffff00fffffffffffffffffffeffffffffffff0000000000000000000000000000000000000020", null)] // e_flags
    [InlineData(0, "7f454c460102010000000000000000000002000400000001", "ffffffffffffff00fffffffffffffffffffeffffffffffff", true)] // e_version
    [InlineData(0, "7f454c460102010000000000000000000002000400000002", null, false)]
    [InlineData(18, "0004", null, true)]
    [InlineData(18, "0016", null, false)]
    [InlineData(16, "00020004", null, null)] // Of executables only.
    [InlineData(7, "00", null, null)] // Of System V's ABI only.
    [InlineData(8, "414901", null, false)] // AppImages.
    [InlineData(40, "2f", null, null)]
    [InlineData(0, "7f454c46ffffffffffffffffffffffffffffffff", "ffffffff00000000000000000000000000000000", true)]
    public void A_handler_is_judged_as_the_kernel_does_wherever_its_magic_lies_and_however_long_it_is(int offset, string magic, string? mask, bool? takes) =>
        Assert.Equal(takes, SandboxHost.Takes(Entry("enabled", "/usr/bin/theirs", "OPF", offset, magic, mask), new ElfIdentity(32, true, 4)));

    [Theory]
    [InlineData(0, "7f454c46010201000000000000000000000200040000000100000000000000000000000000000020")]
    [InlineData(18, "0004")]
    public void Another_handler_is_in_the_way_whose_magic_is_longer_or_lies_elsewhere(int offset, string magic)
    {
        var pinned = Written("qemu-m68k", "pinned");
        var handlers = Handlers(("/binfmt/same", pinned));
        handlers["/binfmt/other"] = Entry("enabled", "/usr/bin/other", "OPF", offset, magic, null);
        Assert.Contains("\necho -1 > /binfmt/other\n", Assert.Throws<HostException>(() => SandboxHost.Require(Emulated(pinned), handlers)).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pinned_program_does_not_serve_by_a_handler_that_takes_some_of_the_programs_only()
    {
        var pinned = Written("qemu-m68k", "pinned");
        var handlers = new Dictionary<string, string> { ["/binfmt/some"] = Entry("enabled", pinned, "OPF", 16, "00020004", null) };
        var refused = Assert.Throws<HostException>(() => SandboxHost.Require(Emulated(pinned), handlers));
        Assert.EndsWith("by nothing: no enabled handler of the host takes all of them.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("echo -1", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OPF", true)]
    [InlineData("POCF", true)]
    [InlineData("OCF", false)] // argv[0] would be lost.
    [InlineData("PF", false)] // A program that may not be read would not run.
    [InlineData("OP", false)] // The path of the emulator leads nowhere in a sandbox.
    [InlineData("", false)]
    public void The_pinned_program_serves_by_a_handler_with_our_flags_only(string flags, bool serves)
    {
        var program = Written("qemu-m68k", "pinned");
        var handlers = new Dictionary<string, string> { ["/binfmt/theirs"] = Entry("enabled", program, flags) };
        if (serves)
            SandboxHost.Require(Emulated(program), handlers);
        else
            Assert.EndsWith("without a flag of OPF: /binfmt/theirs", Assert.Throws<HostException>(() => SandboxHost.Require(Emulated(program), handlers)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_handler_that_may_come_first_is_in_the_way_even_without_the_flag_F()
    {
        var pinned = Written("qemu-m68k", "pinned");
        var handlers = Handlers(("/binfmt/same", pinned));
        handlers["/binfmt/newer"] = Entry("enabled", "/usr/bin/qemu-m68k", "OP");
        Assert.Contains("\necho -1 > /binfmt/newer\n", Assert.Throws<HostException>(() => SandboxHost.Require(Emulated(pinned), handlers)).Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("enabled")]
    public void A_handler_by_our_name_is_taken_away_before_the_name_is_registered_again(string state)
    {
        var own = $"{SetupFailure.Handlers}/bootstrap-qemu-m68k";
        var handlers = new Dictionary<string, string> { [own] = Entry(state, Written("old", "before the update"), "OPF") };
        var refused = Assert.Throws<HostException>(() => SandboxHost.Require(Emulated(Written("qemu-m68k", "pinned")), handlers));
        Assert.Contains($"\necho -1 > {own}\ntest -e", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_binfmt_misc_that_is_switched_off_is_told_and_switched_on()
    {
        var handlers = Handlers(("/binfmt/same", Written("qemu-m68k", "pinned")));
        handlers[$"{SetupFailure.Handlers}/status"] = "disabled\n";
        var refused = Assert.Throws<HostException>(() => SandboxHost.Require(Emulated(Written("qemu-m68k", "pinned")), handlers));
        Assert.EndsWith("by nothing: the binfmt_misc of the host is switched off.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("\necho 1 > /proc/sys/fs/binfmt_misc/status\nprintf", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_with_a_colon_is_registered_with_other_marks_between()
    {
        var line = SandboxSetup.Handler(new Emulation("/opt/a:b/qemu", BigEndianArm64, null), "bootstrap-qemu", "/opt/a:b/qemu");
        Assert.StartsWith("|bootstrap-qemu|M||\\x7f\\x45", line, StringComparison.Ordinal);
        Assert.EndsWith("|/opt/a:b/qemu|OPF", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_handler_of_the_host_the_command_that_registers_the_pinned_program_is_told()
    {
        var refused = Assert.Throws<HostException>(() => SandboxHost.Require(Emulated(Written("qemu-m68k", "pinned")), Handlers()));
        Assert.Equal("This kernel has no private binfmt_misc, and the programs of qemu-m68k would be run by nothing: no enabled handler of the host takes all of them.", refused.Message);
        Assert.Equal(
            $$"""
            Linux 6.7 and later need nothing of this, nor does an emulator with -own-exec (docs/emulators.md). On this kernel root registers the pinned emulator for the whole machine, until it is restarted:
            test -e /proc/sys/fs/binfmt_misc/register || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
            printf %s '|bootstrap-qemu-m68k|M||\x7f\x45\x4c\x46\x01\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x04|\xff\xff\xff\xff\xff\xff\xff\xfc\x00\x00\x00\x00\x00\x00\x00\x00\xff\xfe\xff\xff|{{_directory["qemu-m68k"]}}|OPF' > /proc/sys/fs/binfmt_misc/register
            """,
            refused.Hint);
    }

    [Fact]
    public void The_hosts_handler_is_taken_if_its_program_is_the_pinned_one_byte_for_byte_and_no_other_one_may_come_first()
    {
        var pinned = Emulated(Written("qemu-m68k", "pinned"));
        var same = ("/binfmt/same", Written("copy", "pinned"));
        var other = ("/binfmt/other", Written("other", "another version"));
        var gone = ("/binfmt/gone", _directory["gone"]);
        SandboxHost.Require(pinned, Handlers(same));

        var refused = Assert.Throws<HostException>(() => SandboxHost.Require(pinned, Handlers(same, other, gone)));
        Assert.EndsWith("would be run by another program than the pinned one, or without a flag of OPF: /binfmt/gone, /binfmt/other", refused.Message, StringComparison.Ordinal);
        Assert.Contains("\necho -1 > /binfmt/gone\necho -1 > /binfmt/other\ntest -e", refused.Hint, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private static Emulation Emulated(string program) => new(program, new ElfIdentity(32, true, 4), null);

    private string Written(string name, string text)
    {
        File.WriteAllText(_directory[name], text);
        return _directory[name];
    }

    private static Dictionary<string, string> Handlers(params (string Name, string Interpreter)[] handlers) =>
        handlers.ToDictionary(handler => handler.Name, handler => Entry("enabled", handler.Interpreter, "OPF"));

    private static string Entry(string state, string interpreter, string flags) =>
        Entry(state, interpreter, flags, 0, "7f454c4601020100000000000000000000020004", "ffffffffffffff00fffffffffffffffffffeffff");

    // Of a mask of ones the kernel says nothing.
    private static string Entry(string state, string interpreter, string flags, int offset, string magic, string? mask) => $"""
        {state}
        interpreter {interpreter}
        flags: {flags}
        offset {offset}
        magic {magic}

        """ + (mask is null ? "" : $"mask {mask}\n");
}
