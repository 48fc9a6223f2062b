namespace Bootstrap.Tests.Definitions;

public sealed class StrictKeyTests : IDisposable
{
    private const string Target = "targets/m68k.yaml";
    private const string Emulator = "qemu/m68k.yaml";
    private const string Compiler = "src/recipes/compiler.yaml";
    private const string Source = "src/sources/gcc.yaml";
    private const string HostTools = "src/host-tools/debian.yaml";

    private readonly DefinitionTree _tree = new();

    [Fact]
    public void An_unknown_key_is_named_with_its_position_and_the_nearest_known_key()
    {
        _tree.Edit(Compiler, "needs:", "neds:");

        Assert.Equal(
            $"{Compiler}:5:1: unknown key 'neds' of a recipe, expected one of accelerate, continues, environment, files, name, needs, needs-version, packages, "
            + "run, runs-on, set-id, silence, sources, stage, summary, tools, variables; did you mean 'needs'?",
            _tree.Problems());
    }

    [Theory]
    [InlineData(Target, "triplet: m68k-linux-gnu\n", "", "1:1: a target without the key 'triplet', expected a triplet of Linux and glibc such as m68k-linux-gnu, of at most 64 characters")]
    [InlineData(Target, "emulator: m68k\n", "", "1:1: a target without the key 'emulator', expected the name of the emulator")]
    [InlineData(Target, "goals: [compiler]\n", "", "1:1: a target without the key 'goals', expected a list of recipes")]
    [InlineData(Target, "goals: [compiler]", "goals: []", "5:8: 'goals' is empty, expected a list of recipes")]
    [InlineData(Emulator, "elf: {bits: 32, endian: big, machine: 4}", "", "1:1: an emulator without the key 'elf', expected a mapping that is an ELF identity")]
    [InlineData(Emulator, ", machine: 4", "", "4:6: an ELF identity without the key 'machine', expected a number from 1 to 65535")]
    [InlineData(Compiler, "run: |\n  ./configure $OPTIONS\n  make", "", "1:1: a recipe without the key 'run', expected shell commands")]
    [InlineData(Compiler, "step: headers, ", "", "5:18: a need without the key 'step', expected the name of the recipe")]
    [InlineData(Source, "  urls: [https://ftp.gnu.org/gnu/gcc/gcc-14.2.0/gcc-14.2.0.tar.xz, http://example.org/gcc-14.2.0.tar.xz]\n", "", "5:3: an upstream release without the key 'urls', expected a list of URLs")]
    [InlineData(Source, "  source: gcc-14\n", "", "8:3: a Debian package without the key 'source', expected a Debian package's name of lower-case letters, digits and '.', '+', '-', without a '-' at its end")]
    [InlineData(Source, "  source: gcc-14", "  binary: gcc-14-source\n  source: gcc-14", "8:3: unknown key 'binary' of a Debian package, expected one of file, patches, sha256, source, suite, version, within")]
    [InlineData(HostTools, "packages: [gcc, g++, libc6-dev]\n", "", "1:1: host tools without the key 'packages', expected a list of packages")]
    public void A_missing_key_is_named_at_the_mapping_that_lacks_it(string file, string piece, string replacement, string expected)
    {
        _tree.Edit(file, piece, replacement);

        Assert.Equal($"{file}:{expected}", _tree.Problems());
    }

    [Theory]
    [InlineData(Compiler, "sources: [gcc]", "sources: gcc", "6:10: 'sources' is text, expected a list")]
    [InlineData(Compiler, "sources: [gcc]", "sources:", "6:9: 'sources' is nothing, expected a list")]
    [InlineData(Compiler, "sources: [gcc]", "sources: {gcc: x}", "6:10: 'sources' is a mapping, expected a list")]
    [InlineData(Compiler, "tools: {gcc: \"12.2\", make: \"4.4\", gawk: \"\"}", "tools: [gcc]", "7:8: 'tools' is a list, expected a mapping")]
    [InlineData(Compiler, "gawk: \"\"", "gawk", "7:39: 'gawk' is nothing, expected a version of digits and dots such as \"4.4\", or \"\" for any")]
    [InlineData(Compiler, "summary: GCC for C and C++", "summary: [GCC]", "2:10: 'summary' is a list, expected one line of text")]
    [InlineData(Compiler, "summary: GCC for C and C++", "summary: null", "2:10: 'summary' is nothing, expected one line of text")]
    [InlineData(Compiler, "TARGET: ${triplet}", "TARGET: [a, b]", "9:11: 'TARGET' is a list, expected one line of text, or \"\"")]
    [InlineData(Compiler, "needs: [headers,", "needs: [[headers],", "5:9: an item of 'needs' is a list, expected a name of at most 64 lower-case letters, digits and '.', '_', '+', '-', a letter or digit first")]
    [InlineData(Compiler, "default: [-a, -b]", "default: {a: b}", "11:139: 'default' is a mapping, expected text or a list of words")]
    [InlineData(Target, "patches: {gcc: [patches/a.patch]}", "patches: {gcc: patches/a.patch}", "8:16: 'gcc' is text, expected a list")]
    [InlineData(Emulator, "machine: 4", "machine: \"4\"", "4:39: 'machine' is the text '4', expected a number from 1 to 65535")]
    [InlineData(Emulator, "bits: 32", "bits: \"32\"", "4:13: 'bits' is the text '32', expected one of 32, 64")]
    [InlineData(Emulator, "machine: 4", "machine: 65536", "4:39: 'machine' is '65536', expected a number from 1 to 65535")]
    [InlineData(Emulator, "machine: 4", "machine: 0x4", "4:39: 'machine' is '0x4', expected a number from 1 to 65535")]
    [InlineData(Emulator, "elf: {bits: 32, endian: big, machine: 4}", "elf: big", "4:6: 'elf' is text, expected a mapping")]
    public void A_value_of_the_wrong_type_is_named_with_the_type_that_was_expected(string file, string piece, string replacement, string expected)
    {
        _tree.Edit(file, piece, replacement);

        Assert.Equal($"{file}:{expected}", _tree.Problems());
    }

    [Fact]
    public void Every_problem_of_all_files_is_reported_in_the_order_of_files_and_lines()
    {
        _tree.Edit(Emulator, "cpu: m68040", "cpus: m68040");
        _tree.Edit(Emulator, "bits: 32", "bits: 31");
        _tree.Edit(Target, "emulator: m68k", "emulator: m86k");
        _tree.Edit(HostTools, "default: trixie", "default: woody");

        Assert.Equal(
            $"""
            {Emulator}:3:1: unknown key 'cpus' of an emulator, expected one of cpu, elf, name, system, trial, user-program; did you mean 'cpu'?
            {Emulator}:4:13: 'bits' is '31', expected one of 32, 64; did you mean '32'?
            {HostTools}:3:10: 'default' is 'woody', expected one of the 'releases'
            {Target}:4:11: unknown emulator 'm86k', expected the name of a file in qemu; did you mean 'm68k'?
            """,
            _tree.Problems());
    }

    public void Dispose() => _tree.Dispose();
}
