using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.Tests.Sandboxing;

public sealed class BinfmtTests
{
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
    [InlineData("enabled", "OCF", 4, true)]
    [InlineData("disabled", "OCF", 4, false)]
    [InlineData("enabled", "OC", 4, false)]
    [InlineData("enabled", "OCF", 22, false)]
    public void A_handler_of_the_host_serves_if_enabled_opened_beforehand_and_of_the_machine(string state, string flags, int machine, bool serves)
    {
        var entry = $"""
            {state}
            interpreter /usr/libexec/qemu-binfmt/m68k-binfmt-P
            flags: {flags}
            offset 0
            magic 7f454c4601020100000000000000000000020004
            mask ffffffffffffff00fffffffffffffffffffeffff

            """;
        Assert.Equal(serves, SandboxHost.Handles(entry, new ElfIdentity(32, true, machine)));
    }

    [Fact]
    public void An_emulator_whose_path_binfmt_misc_cannot_take_is_refused()
    {
        Assert.Throws<HostException>(() => SandboxSetup.Handler(new Emulation("/opt/a:b/qemu", BigEndianArm64, null)));
    }
}
