using System.Buffers.Binary;
using System.Text.Json;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Tests.Planning;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Recipes;

public sealed class VerificationScriptTests : IDisposable
{
    private const string M68k = "32-bit big-endian, machine 4";

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task All_results_are_merged_into_a_table_and_JSON()
    {
        _directory.Write("results/programs.tsv", "C\tpass\thello\n");
        _directory.Write("results/elf.tsv", "machine\tpass\t12 files\n");
        _directory.MakeDirectory("out");
        var result = await RecipeScript.RunAsync(_directory, "verify/merge.py", "m68k", "m68k-linux-gnu", "qemu-m68k 10.0; qemu-system-m68k 10.0", "results", "out");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.EndsWith("m68k (m68k-linux-gnu): 2 checks passed, 0 failed, by qemu-m68k 10.0; qemu-system-m68k 10.0\n", File.ReadAllText(_directory["out/verify.txt"]), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(_directory["out/verify.json"]));
        Assert.Equal(["machine", "C"], json.RootElement.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("check").GetString()));
    }

    [Theory]
    [InlineData("C\tfail\tsegmentation fault\n")]
    [InlineData("")]
    public async Task One_failed_check_or_none_at_all_fails_the_verification(string results)
    {
        _directory.Write("results/programs.tsv", results);
        _directory.MakeDirectory("out");
        var result = await RecipeScript.RunAsync(_directory, "verify/merge.py", "m68k", "m68k-linux-gnu", "qemu-m68k 10.0; qemu-system-m68k 10.0", "results", "out");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("0 checks passed, 1 failed", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fail", null, "known raise() does nothing; it said: said", 0)]
    [InlineData("fail", "10", "known raise() does nothing; it said: said", 0)]
    [InlineData("fail", "10.0", "known raise() does nothing; it said: said", 0)]
    [InlineData("fail", "10.0.1", "fail  said", 1)]
    [InlineData("fail", "7.2", "fail  said", 1)]
    [InlineData("pass", "10.0", "fail  it passes again: take it out of 'known-failures' (raise() does nothing)", 1)]
    [InlineData("pass", "7.2", "pass  said", 0)]
    public async Task A_known_failure_is_shown_as_such_and_fails_the_verification_once_it_passes(string result, string? emulator, string shown, int exitCode)
    {
        _directory.Write("results/programs.tsv", $"C\tpass\thello\nsignals\t{result}\tsaid\n");
        _directory.MakeDirectory("out");

        var merged = await MergeAsync(new KnownFailure("signals", emulator, "raise() does nothing"));

        Assert.True(exitCode == merged.ExitCode, merged.Output + merged.Error);
        var line = merged.Output.Split('\n').Single(line => line.Contains(" signals ", StringComparison.Ordinal));
        Assert.Equal(shown, string.Join(' ', line[..6].Trim(), line[25..].Trim()).Replace("pass ", "pass  ", StringComparison.Ordinal).Replace("fail ", "fail  ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_known_failure_of_no_check_fails_the_verification()
    {
        _directory.Write("results/programs.tsv", "C\tpass\thello\n");
        _directory.MakeDirectory("out");

        var merged = await MergeAsync(new KnownFailure("C+", null, "unknown"));

        Assert.Equal(1, merged.ExitCode);
        Assert.Contains("there is no such check: correct 'known-failures'", merged.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image: C", "pass  programs   C  hello|known image      C  no room; it said: killed", 0)]
    [InlineData("programs: C", "fail  programs   C  it passes again: take it out of 'known-failures' (no room)|fail  image      C  killed", 1)]
    public async Task A_known_failure_of_one_group_says_nothing_of_a_check_of_that_name_in_another(string check, string shown, int exitCode)
    {
        _directory.Write("results/image.tsv", "C\tfail\tkilled\n");
        _directory.Write("results/programs.tsv", "C\tpass\thello\n");
        _directory.MakeDirectory("out");

        var merged = await MergeAsync(new KnownFailure(check, null, "no room"));

        Assert.True(exitCode == merged.ExitCode, merged.Output + merged.Error);
        foreach (var line in shown.Split('|'))
            Assert.Contains(line, merged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_known_of_the_image_is_no_mistake_where_only_programs_were_verified()
    {
        _directory.Write("results/programs.tsv", "C\tpass\thello\n");
        _directory.MakeDirectory("out");

        Assert.Equal(0, (await MergeAsync(new KnownFailure("image: C++", null, "no room"))).ExitCode);
    }

    [Theory]
    [InlineData("", "native sysroot: 0.0 MB\n", "pass")]
    [InlineData("1", "native sysroot: 0.0 MB, at most 1 MB\n", "pass")]
    [InlineData("0", "native sysroot: 0.0 MB, at most 0 MB\n", "fail")]
    public async Task The_size_of_a_sysroot_is_told_by_the_step_of_each_file_and_limited(string limit, string shown, string result)
    {
        _directory.Write("sysroot/usr/bin/gcc", new string('a', 3000));
        _directory.Write("sysroot/usr/lib/libc.so.6", "stripped");
        _directory.Write("sysroot/usr/lib/gcc/libgcc.a", "l");
        _directory.Write("sysroot/usr/include/c++/vector", "v");
        _directory.Write("sysroot/etc/passwd", "root");
        _directory.Shell("ln sysroot/usr/bin/gcc sysroot/usr/bin/cc; ln -s gcc sysroot/usr/bin/c99");
        _directory.Write("parts/native-gcc/usr/bin/gcc", "");
        _directory.Write("parts/native-gcc/usr/bin/cc", "");
        _directory.Write("parts/glibc/cross/m68k-linux-gnu/sysroot/usr/lib/libc.so.6", "with symbols");
        _directory.Write("parts/gcc-runtime/cross/lib/gcc/libgcc.a", "l");
        _directory.Write("parts/gcc-runtime/cross/m68k-linux-gnu/include/c++/vector", "v");

        var said = await RecipeScript.RunAsync(_directory, "verify/size.py", "sysroot", "parts", "m68k-linux-gnu", "out/size.tsv", limit);

        Assert.True(said.ExitCode == 0, said.Error);
        Assert.StartsWith(shown + "native-gcc: 0.0 MB in 1 files\nglibc: 0.0 MB in 1 files\n", said.Output, StringComparison.Ordinal);
        Assert.Contains("gcc-runtime: 0.0 MB in 2 files\n", said.Output, StringComparison.Ordinal);
        Assert.Contains("others: 0.0 MB in 1 files\n", said.Output, StringComparison.Ordinal);
        Assert.StartsWith($"native sysroot\t{result}\t", File.ReadAllText(_directory["out/size.tsv"]), StringComparison.Ordinal);
    }

    private async Task<ProcessResult> MergeAsync(KnownFailure known)
    {
        using var processes = new ProcessRunner();
        var variable = StepVariables.Value("known-failures", Samples.Target("m68k") with { KnownFailures = [known] }, null!)!;
        string[] words = [$"KNOWN_FAILURES={variable}", "python3", Path.Combine(Checkout.Root, "src/recipes/verify/merge.py"), "m68k", "m68k-linux-gnu", "qemu-m68k version 10.0.13 (Debian)", "results", "out"];
        return await processes.RunAsync(TestCommand.Of("env", words) with { WorkingDirectory = _directory.Path }, CancellationToken.None);
    }

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

    [Fact]
    public async Task A_sysroot_without_programs_proves_nothing()
    {
        _directory.MakeDirectory("sysroot");
        await RecipeScript.RunAsync(_directory, "verify/elf.py", "sysroot", "results/elf.tsv", M68k);

        Assert.All(File.ReadAllLines(_directory["results/elf.tsv"]), line => Assert.Contains("\tfail\t", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("x\\0/src/gcc/foo.c", true)]
    [InlineData("abc -I/in/usr/include", true)]
    [InlineData("as --with-gmp=/in/usr/", true)]
    [InlineData("../../src/gcc/a.c", true)]
    // As Alpine's libstdc++ has it, which is linked into the cross compiler.
    [InlineData("x\\0/aports/main/gcc/src/build/x86_64/libstdc++-v3/in/x", false)]
    public async Task A_path_of_the_build_is_told_from_one_within_the_path_of_another(string content, bool refused)
    {
        _directory.Shell($"mkdir tree; printf '{content}\\0' > tree/file");
        var result = await RecipeScript.RunAsync(_directory, "compose/no-paths.sh", "tree", "/src/[a-z]+/|/build/|/in/[a-z]+/");
        Assert.Equal(refused ? 1 : 0, result.ExitCode);
    }

    [Fact]
    public async Task A_path_of_the_build_in_any_file_is_found_and_shown()
    {
        _directory.Write("tree/clean", "/usr/include\n");
        Assert.Equal(0, (await RecipeScript.RunAsync(_directory, "compose/no-paths.sh", "tree", "/build/")).ExitCode);

        _directory.Write("tree/dirty", "\0\u0001from /build/gcc/cc1\0");
        var result = await RecipeScript.RunAsync(_directory, "compose/no-paths.sh", "tree", "/build/");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("tree/dirty: from /build/gcc/cc1", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sh", 0, "")]
    [InlineData("no-such-tool>=2", 1, "host tool missing: no-such-tool (at least 2)")]
    [InlineData("sed>=999", 1, "host tool too old: sed is ")]
    public async Task A_tool_that_is_missing_or_too_old_is_named(string tool, int exitCode, string message)
    {
        var result = await RecipeScript.RunAsync(_directory, "host-tools-check/probe-tools.sh", tool);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
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
