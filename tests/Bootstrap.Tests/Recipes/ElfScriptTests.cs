using System.Buffers.Binary;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Recipes;

/// <summary>The script of verify-elf, on small sysroots.</summary>
public sealed class ElfScriptTests : IDisposable
{
    private const string M68k = "32-bit big-endian, machine 4";

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task A_file_of_another_machine_is_named()
    {
        WriteObject("sysroot/usr/lib/right.o", bigEndian: true, machine: 4);
        WriteObject("sysroot/usr/lib/wrong.o", bigEndian: false, machine: 62);
        await RecipeScript.RunAsync(_directory, "verify/elf.py", "sysroot", "results/elf.tsv", M68k);

        Assert.Contains($"every ELF file is {M68k}\tfail\t1 are not: usr/lib/wrong.o is 32-bit little-endian, machine 62", File.ReadAllText(_directory["results/elf.tsv"]), StringComparison.Ordinal);
    }

    // Flags by elf.h: EF_MIPS_ABI2 is 0x20; EF_RISCV_FLOAT_ABI 6; EF_ARM_ABI_FLOAT_HARD 0x400 and _SOFT 0x200; EF_ARM_BE8 0x800000.
    [Theory]
    [InlineData("o32 among n32 of mips", 32, true, 8, "0x20 0xf020", 0x20, 0x1000, "flags 0x1000 of 0xf020")]
    [InlineData("ilp32 among ilp32d of RISC-V", 32, false, 243, "0x4 0x6", 0x5, 0x1, "flags 0x0 of 0x6")]
    [InlineData("soft among hard float of Arm", 32, false, 40, "0x400 0x600", 0x05000400, 0x05000200, "flags 0x200 of 0x600")]
    [InlineData("BE32 among BE8 of Arm", 32, true, 40, "0x800000 0x800000", 0x05800000, 0x05000000, "flags 0x0 of 0x800000")]
    [InlineData("lp64 among lp64d of RISC-V", 64, false, 243, "5 7", 5, 1, "flags 0x1 of 0x7")]
    public async Task An_object_or_archive_member_of_another_ABI_is_named(
        string what, int bits, bool bigEndian, int machine, string flags, int right, int wrong, string found)
    {
        WriteObject("sysroot/usr/lib/right.o", bigEndian, machine, bits, right);
        WriteObject("sysroot/usr/lib/wrong.o", bigEndian, machine, bits, wrong);
        _directory.Shell("cd sysroot/usr/lib && ar rc libright.a right.o && ar rc libwrong.a right.o wrong.o");
        var identity = $"{bits}-bit {(bigEndian ? "big" : "little")}-endian, machine {machine}";

        await RecipeScript.RunAsync(_directory, "verify/elf.py", ["sysroot", "results/elf.tsv", identity, .. flags.Split(' ')]);
        Assert.Contains("2 are not: usr/lib/", ElfResults(), StringComparison.Ordinal);
        Assert.Contains($"is {identity}, {found}\n", ElfResults(), StringComparison.Ordinal);

        await RecipeScript.RunAsync(_directory, "verify/elf.py", "sysroot", "results/elf.tsv", identity);
        Assert.True(ElfResults().Contains($"every ELF file is {identity}\tpass\t5 files", StringComparison.Ordinal), $"without flags, {what} passes");

        _directory.Shell("rm sysroot/usr/lib/*wrong*");
        await RecipeScript.RunAsync(_directory, "verify/elf.py", ["sysroot", "results/elf.tsv", identity, .. flags.Split(' ')]);
        Assert.Contains("\tpass\t2 files and archive members", ElfResults(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_of_an_archive_has_the_name_that_ar_shows()
    {
        string[] names = ["short.o", "a_name_of_more_than_fifteen.o", "another_of_more_than_fifteen.o"];
        foreach (var name in names)
            WriteObject($"sysroot/{name}", bigEndian: false, machine: 62);
        _directory.Shell($"cd sysroot && ar rc liby.a {string.Join(' ', names)} && rm *.o");

        var said = await RecipeScript.RunAsync(_directory, "verify/elf.py", "sysroot", "results/elf.tsv", M68k);

        Assert.Equal(string.Concat(names.Select(name => $"liby.a({name}) is 32-bit little-endian, machine 62\n")), said.Output);
    }

    [Theory]
    [InlineData("printf '!<arch>\\n%-48s%-10s`\\n' x.o/ 9999999999 > sysroot/lib.a", "lib.a can't be read: the size of a member is '9999999999'")]
    [InlineData("printf '!<arch>\\n%-48s%-10s`\\n' x.o/ -60 > sysroot/lib.a", "lib.a can't be read: the size of a member is '-60'")]
    [InlineData("cd sysroot; ar rcT lib.a right.o", "lib.a can't be read: it is a thin archive")]
    [InlineData("cd sysroot; ar rc in.a right.o; ar rc lib.a in.a", "lib.a can't be read: it is an archive of BSD's form, or of archives")]
    [InlineData("head -c 20 sysroot/right.o > sysroot/short.o", "short.o can't be read: unpack_from requires")]
    public async Task What_can_not_be_read_is_named_and_has_not_passed(string make, string problem)
    {
        WriteObject("sysroot/right.o", bigEndian: true, machine: 4);
        _directory.Shell(make);

        await RecipeScript.RunAsync(_directory, "verify/elf.py", "sysroot", "results/elf.tsv", M68k);

        Assert.Contains($"\tfail\t1 are not: {problem}", ElfResults(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cp -L /bin/true sysroot/program", "program wants /lib64/ld-linux-x86-64.so.2")]
    [InlineData("cp -L /bin/true sysroot/program; mkdir sysroot/lib64; ln -s /nowhere sysroot/lib64/ld-linux-x86-64.so.2", "program wants /lib64/ld-linux-x86-64.so.2")]
    [InlineData("cp -L /bin/true sysroot/program; mkdir sysroot/lib64; cp sysroot/program sysroot/lib64/ld-linux-x86-64.so.2; echo text > sysroot/libc.so.6", "libc.so.6")]
    public async Task An_interpreter_and_a_library_are_programs_within_the_sysroot(string make, string problem)
    {
        _directory.Shell("mkdir sysroot; " + make);

        await RecipeScript.RunAsync(_directory, "verify/elf.py", "sysroot", "results/elf.tsv", "64-bit little-endian, machine 62");

        Assert.Matches($"every interpreter and needed library is there\tfail\t[0-9]+ are not: .*{problem}", ElfResults());
    }

    [Fact]
    public async Task A_sysroot_without_programs_proves_nothing()
    {
        _directory.MakeDirectory("sysroot");
        await RecipeScript.RunAsync(_directory, "verify/elf.py", "sysroot", "results/elf.tsv", M68k);

        Assert.All(File.ReadAllLines(_directory["results/elf.tsv"]), line => Assert.Contains("\tfail\t", line, StringComparison.Ordinal));
    }

    public void Dispose() => _directory.Dispose();

    private string ElfResults() => File.ReadAllText(_directory["results/elf.tsv"]);

    private void WriteObject(string path, bool bigEndian, int machine, int bits = 32, int flags = 0)
    {
        const int RelocatableFile = 1;
        byte[] header = [.. new ElfIdentity(bits, bigEndian, machine).Magic, .. new byte[44]];
        header[bigEndian ? 17 : 16] = RelocatableFile;
        var place = header.AsSpan(bits == 64 ? 48 : 36, 4);
        if (bigEndian)
            BinaryPrimitives.WriteInt32BigEndian(place, flags);
        else
            BinaryPrimitives.WriteInt32LittleEndian(place, flags);
        File.WriteAllBytes(_directory.Write(path, ""), header);
    }
}
