using System.Text.Json;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Tests.Planning;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Recipes;

public sealed class VerificationScriptTests : IDisposable
{
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
    [InlineData("\n")]
    [InlineData("C\tfail\n")]
    [InlineData("C\tFAIL\tit was\n")]
    [InlineData("C\tknown\tforged\n")]
    [InlineData("C\tfail\twith\rand \\0\t\u00e9\n")]
    public async Task One_failed_check_or_none_at_all_fails_the_verification(string results)
    {
        _directory.Write("results/programs.tsv", results);
        _directory.MakeDirectory("out");
        var result = await RecipeScript.RunAsync(_directory, "verify/merge.py", "m68k", "m68k-linux-gnu", "qemu-m68k 10.0; qemu-system-m68k 10.0", "results", "out");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("0 checks passed, 1 failed", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_stands_last_and_names_the_log_that_has_more()
    {
        _directory.Write("results/elf.tsv", "machine\tfail\tx86-64\nloader\tpass\tfound\n");
        _directory.Write("results/image.tsv", "C\tpass\thello\nmake\tfail\tkilled\n");
        _directory.MakeDirectory("out");

        var lines = (await MergeAsync(Emulator)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        string[] last = ["fail  elf        machine  x86-64", "fail  image      make     killed", "'bootstrap log m68k verify-elf' has more of it.", "'bootstrap log m68k image-check' has more of it."];
        Assert.Equal(last, lines[^5..^1]);
        Assert.Contains("2 checks passed, 2 failed", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fail", "known raise() does nothing; it said: said", 0)]
    [InlineData("pass", "fail  it passes again: take it out of 'known-failures' (raise() does nothing)", 1)]
    public async Task A_known_failure_is_shown_as_such_and_fails_the_verification_once_it_passes(
        string result, string shown, int exitCode)
    {
        _directory.Write("results/programs.tsv", $"C\tpass\thello\nsignals\t{result}\tsaid\n");
        _directory.MakeDirectory("out");

        var merged = await MergeAsync(new KnownFailure("signals", null, "raise() does nothing"));

        Assert.True(exitCode == merged.ExitCode, merged.Output + merged.Error);
        var line = merged.Output.Split('\n').Single(line => line.Contains(" signals ", StringComparison.Ordinal));
        Assert.Equal(shown, string.Join(' ', line[..6].Trim(), line[25..].Trim()).Replace("pass ", "pass  ", StringComparison.Ordinal).Replace("fail ", "fail  ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_the_booted_machine_too_a_known_failure_is_none_and_fails_once_it_passes()
    {
        var script = Checkout.Read("src/recipes/image-check/check.sh").Replace("/out/", "out/", StringComparison.Ordinal);
        var known = StepVariables.Known([new KnownFailure("Linux", null, "no reason"), new KnownFailure("image: host name", null, "no name")]);
        _directory.Write("run", $"KNOWN_FAILURES='{known}' NAME=none ROOT_ON=disk CHECKS=\n{script}");

        var said = await RecipeScript.RunAsync(_directory, _directory["run"]);

        Assert.Equal(1, said.ExitCode);
        Assert.Contains("== Linux: FAIL: it passes again, take it out of known-failures: Linux ", said.Output, StringComparison.Ordinal);
        Assert.Contains("\nfailed: 'Linux'", said.Output, StringComparison.Ordinal);
        Assert.Contains("== host name: FAIL: ", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("'host name'", said.Output, StringComparison.Ordinal);
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

    [Fact]
    public async Task A_known_failure_that_is_named_twice_is_told()
    {
        _directory.Write("results/image.tsv", "C\tfail\tkilled\n");
        _directory.MakeDirectory("out");

        var merged = await MergeAsync(Emulator, new KnownFailure("C", null, "no room"), new KnownFailure("image: C", null, "no room"));

        Assert.Equal(1, merged.ExitCode);
        Assert.Contains("it stands in 'known-failures' twice", merged.Output, StringComparison.Ordinal);
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

    private const string Emulator = "qemu-m68k version 10.0.13 (Debian)";

    private Task<ProcessResult> MergeAsync(KnownFailure known) => MergeAsync(Emulator, known);

    private async Task<ProcessResult> MergeAsync(string emulator, params KnownFailure[] known)
    {
        using var processes = new ProcessRunner();
        var variable = StepVariables.Known(known);
        string[] words = [$"KNOWN_FAILURES={variable}", "python3", Path.Combine(Checkout.Root, "src/recipes/verify/merge.py"), "m68k", "m68k-linux-gnu", emulator, "results", "out"];
        return await processes.RunAsync(TestCommand.Of("env", words) with { WorkingDirectory = _directory.Path }, CancellationToken.None);
    }

    [Theory]
    [InlineData("/lib/f:600:1:1", "'/lib/f' leads through a link, '.' or '..'")]
    [InlineData("/../f:600:1:1", "'/../f' leads through a link, '.' or '..'")]
    [InlineData("/none/x:600:0:0:c:1:3", "'/none/x' lies in no directory of the root file system")]
    public async Task An_entry_of_the_image_table_names_the_place_itself(string entry, string problem)
    {
        _directory.Shell("mkdir -p root/usr/lib; echo f > root/usr/lib/f; ln -s usr/lib root/lib; echo f > f");

        var result = await RecipeScript.RunAsync(_directory, "image/initramfs.py", "root", entry, "out.cpio");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"image-table: {problem}", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x\\0/src/gcc/foo.c", true)]
    [InlineData("abc -I/in/usr/include", true)]
    [InlineData("as --with-gmp=/in/usr/", true)]
    [InlineData("../../src/gcc/a.c", true)]
    // As gfortran's own library has it.
    [InlineData("variable At line 59 of file /src/gcc/libgfortran/a.f90", false)]
    [InlineData("variable At line 59 of file /src/gcc/libgfortran/a.f90\\0 /src/gcc/b.c", true)]
    [InlineData("In file /src/gcc/libgfortrax/a.f90", true)]
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
}
