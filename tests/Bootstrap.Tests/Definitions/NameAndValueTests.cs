namespace Bootstrap.Tests.Definitions;

public sealed class NameAndValueTests : IDisposable
{
    private const string Target = "targets/m68k.yaml";
    private const string Emulator = "qemu/m68k.yaml";
    private const string Compiler = "src/recipes/compiler.yaml";
    private const string Source = "src/sources/gcc.yaml";
    private const string HostTools = "src/host-tools/debian.yaml";
    private const string AName = "a name of at most 64 lower-case letters, digits and '.', '_', '+', '-', a letter or digit first";
    private const string AVersion = "a version of digits and dots such as \"4.4\", or \"\" for any";
    private const string AVariable = "a variable's name of lower-case letters, digits and '-', a letter first";
    private const string APlace = "'/' or an absolute path of letters, digits and '.', '_', '+', '-', without '.' and '..'";
    private const string Reserved = "/proc, /dev, /tmp, /src, /files, /build, /out, /jobserver, /step.sh";

    private readonly DefinitionTree _tree = new();

    [Theory]
    [InlineData("''", "'name' is empty, expected " + AName)]
    [InlineData("M68k", "'name' is 'M68k', expected " + AName)]
    [InlineData("../m68k", "'name' is '../m68k', expected " + AName)]
    [InlineData("-m68k", "'name' is '-m68k', expected " + AName)]
    [InlineData(".m68k", "'name' is '.m68k', expected " + AName)]
    [InlineData("m68k:x", "'name' is 'm68k:x', expected " + AName)]
    [InlineData("m68k,x", "'name' is 'm68k,x', expected " + AName)]
    [InlineData("m68 k", "'name' is 'm68 k', expected " + AName)]
    [InlineData("m68ḱ", "'name' is 'm68ḱ', expected " + AName)]
    [InlineData("a1234567890123456789012345678901234567890123456789012345678901234", "'name' is 'a1234567890123456789012345678901234567890123456789012345678901234', expected " + AName)]
    [InlineData("m68k-other", "'name' is 'm68k-other', expected 'm68k' as the file is named")]
    public void A_name_that_is_no_plain_name_or_not_the_file_s_is_refused(string name, string expected)
    {
        _tree.Edit(Emulator, "name: m68k", $"name: {name}");

        Assert.Equal($"{Emulator}:1:7: {expected}", _tree.Problems());
    }

    [Theory]
    [InlineData("aarch64_be")]
    [InlineData("mips64r6el-n32")]
    [InlineData("c++")]
    [InlineData("68000.x")]
    public void A_name_may_hold_what_names_of_machines_and_programs_hold(string name)
    {
        _tree.Write($"qemu/{name}.yaml", DefinitionTree.Emulator.Replace("name: m68k", $"name: {name}", StringComparison.Ordinal));

        Assert.Equal("", _tree.Problems());
    }

    [Theory]
    [InlineData(Target, "m68k-linux-gnu", "m68k", "3:10: 'triplet' is 'm68k', expected a triplet of Linux and glibc such as m68k-linux-gnu, of at most 64 characters")]
    [InlineData(Target, "m68k-linux-gnu", "m68k-linux-musl", "3:10: 'triplet' is 'm68k-linux-musl', expected a triplet of Linux and glibc such as m68k-linux-gnu, of at most 64 characters")]
    [InlineData(Target, "m68k-linux-gnu", "m68k-unknown-elf", "3:10: 'triplet' is 'm68k-unknown-elf', expected a triplet of Linux and glibc such as m68k-linux-gnu, of at most 64 characters")]
    [InlineData(Target, "m68k-linux-gnu", "m68k--gnu", "3:10: 'triplet' is 'm68k--gnu', expected a triplet of Linux and glibc such as m68k-linux-gnu, of at most 64 characters")]
    [InlineData(Target, "gcc-options:", "gccOptions:", "7:3: a key of 'variables' is 'gccOptions', expected " + AVariable)]
    [InlineData(Target, "goals:", "container: {architecture: Arm64}\ngoals:", "5:27: 'architecture' is 'Arm64', expected " + AName)]
    [InlineData(Target, "goals:", "container: {variant: v8}\ngoals:", "5:12: a machine of container tools without the key 'architecture', expected " + AName)]
    [InlineData(Target, "gcc-options:", "triplet: x\n  gcc-options:", "7:3: 'triplet' is set in 'variables', expected another name: every target has this one built in")]
    [InlineData(Target, "--with-arch=m68k", "--with-arch=m68k -O2", "7:17: an item of 'gcc-options' is '--with-arch=m68k -O2', expected text without white space")]
    [InlineData(Target, "--with-arch=m68k", "''", "7:17: an item of 'gcc-options' is empty, expected text without white space")]
    [InlineData(Target, "[--with-arch=m68k, --disable-werror]", "\"-a\\tb\"", "7:16: 'gcc-options' holds a tab, expected blanks between words")]
    [InlineData(Target, "--with-arch=m68k", "\"${triplet}\"", "7:16: 'gcc-options' holds '${', expected plain text: references are followed in a recipe's environment only")]
    [InlineData(Target, "[compiler]", "[compiler, compiler]", "5:19: 'compiler' stands in 'goals' twice, expected it once")]
    [InlineData(Emulator, "qemu-m68k", "bin/qemu", "2:15: 'user-program' is 'bin/qemu', expected a program of qemu-user such as qemu-m68k")]
    [InlineData(Emulator, "big", "bigg", "4:25: 'endian' is 'bigg', expected one of big, little; did you mean 'big'?")]
    [InlineData(Compiler, "stage: cross", "stage: corss", "3:8: 'stage' is 'corss', expected one of host, cross, native, target, kernel, image; did you mean 'cross'?")]
    [InlineData(Compiler, "runs-on: host", "runs-on: qemu", "4:10: 'runs-on' is 'qemu', expected one of host, target, system")]
    [InlineData(Compiler, "GCC for C and C++", "\"a\\nb\"", "2:10: 'summary' is 'a\\u000ab', expected one line of text")]
    [InlineData(Compiler, "GCC for C and C++", "' '", "2:10: 'summary' is ' ', expected one line of text")]
    [InlineData(Compiler, "at: /in/headers", "at: in/headers", "5:38: 'at' is 'in/headers', expected " + APlace)]
    [InlineData(Compiler, "at: /in/headers", "at: /in/../etc", "5:38: 'at' is '/in/../etc', expected " + APlace)]
    [InlineData(Compiler, "at: /in/headers", "at: /in/headers/", "5:38: 'at' is '/in/headers/', expected " + APlace)]
    [InlineData(Compiler, "at: /in/headers", "at: //in", "5:38: 'at' is '//in', expected " + APlace)]
    [InlineData(Compiler, "at: /in/headers", "at: '/in/a,b'", "5:38: 'at' is '/in/a,b', expected " + APlace)]
    [InlineData(Compiler, "at: /in/headers", "at: '/in/a:b'", "5:38: 'at' is '/in/a:b', expected " + APlace)]
    [InlineData(Compiler, "at: /in/headers", "at: /proc/self", "5:38: 'at: /proc/self' is reserved by the sandbox, expected a place outside of " + Reserved)]
    [InlineData(Compiler, "at: /in/headers", "at: /build", "5:38: 'at: /build' is reserved by the sandbox, expected a place outside of " + Reserved)]
    [InlineData(Compiler, "at: /in/headers", "at: /", "5:18: 'headers at /' stands in 'needs' twice, expected it once")]
    [InlineData(Compiler, "sources: [gcc]", "sources: [gcc, gcc]", "6:16: 'gcc' stands in 'sources' twice, expected it once")]
    [InlineData(Compiler, "\"12.2\"", "12.x", "7:14: 'gcc' is '12.x', expected " + AVersion)]
    [InlineData(Compiler, "\"12.2\"", "\"12.\"", "7:14: 'gcc' is '12.', expected " + AVersion)]
    [InlineData(Compiler, "\"12.2\"", "\">=12\"", "7:14: 'gcc' is '>=12', expected " + AVersion)]
    [InlineData(Compiler, "gawk:", "/bin/gawk:", "7:35: a key of 'tools' is '/bin/gawk', expected a program's name, looked for on the PATH")]
    [InlineData(Compiler, "TARGET:", "TAR-GET:", "9:3: a key of 'environment' is 'TAR-GET', expected an environment variable's name of letters, digits and '_', no digit first")]
    [InlineData(Compiler, "TARGET:", "2TARGET:", "9:3: a key of 'environment' is '2TARGET', expected an environment variable's name of letters, digits and '_', no digit first")]
    [InlineData(Compiler, "${triplet}", "${Triplet}", "9:11: '${Triplet}' begins no reference, expected ${name} with " + AVariable)]
    [InlineData(Compiler, "${triplet}", "a${triplet", "9:11: '${triplet' begins no reference, expected ${name} with " + AVariable)]
    [InlineData(Compiler, "${more-options} ", "", "11:116: a variable that no recipe reads, expected ${more-options} in the environment of one")]
    [InlineData(Source, "version: 14.2.0", "version: 14/2", "2:10: 'version' is '14/2', expected a version of letters, digits and '.', '_', '+', '~', '-', a letter or digit first")]
    [InlineData(Source, "GPL-3.0-or-later WITH", "GPL, WITH", "3:10: 'licence' is 'GPL, WITH GCC-exception-3.1', expected an SPDX licence expression")]
    [InlineData(Source, "http://example.org", "ftp://example.org", "5:68: an item of 'urls' is 'ftp://example.org/gcc-14.2.0.tar.xz', expected an absolute https or http URL")]
    [InlineData(Source, "http://example.org", "file:///example.org", "5:68: an item of 'urls' is 'file:///example.org/gcc-14.2.0.tar.xz', expected an absolute https or http URL")]
    [InlineData(Source, "http://example.org", "gcc", "5:68: an item of 'urls' is 'gcc/gcc-14.2.0.tar.xz', expected an absolute https or http URL")]
    [InlineData(Source, "http://example.org", "http://user:word@example.org", "5:68: an item of 'urls' is 'http://***@example.org/gcc-14.2.0.tar.xz', expected an absolute https or http URL")]
    [InlineData(Source, "sha256: aaaa", "sha256: AAAA", "6:11: 'sha256' is 'AAAAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', expected a SHA-256 digest of 64 lower-case hexadecimal digits")]
    [InlineData(Source, "sha256: aaaa", "sha256: aaa", "6:11: 'sha256' is 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', expected a SHA-256 digest of 64 lower-case hexadecimal digits")]
    [InlineData(Source, "source: gcc-14", "source: Gcc_14", "8:11: 'source' is 'Gcc_14', expected a Debian package's name of lower-case letters, digits and '.', '+', '-', without a '-' at its end")]
    [InlineData(Source, "within: gcc-14-14.2.0", "within: gcc/../..", "11:11: 'within' is 'gcc/../../gcc-14.2.0-dfsg.tar.xz', expected a relative path without '.' and '..'")]
    [InlineData(Source, "within: gcc", "within: /gcc", "11:11: 'within' is '/gcc-14-14.2.0/gcc-14.2.0-dfsg.tar.xz', expected a relative path without '.' and '..'")]
    [InlineData(Source, "file: gcc-14_", "file: usr/gcc-14_", "10:9: 'file' is 'usr/gcc-14_14.2.0.orig.tar.gz', expected a file name without directories")]
    [InlineData(HostTools, "g++,", "gcc,", "4:17: 'gcc' stands in 'packages' twice, expected it once")]
    [InlineData(HostTools, "g++,", "g++=14,", "4:17: an item of 'packages' is 'g++=14', expected a Debian package's name of lower-case letters, digits and '.', '+', '-', without a '-' at its end")]
    [InlineData(HostTools, "g++,", "gcc-14-,", "4:17: an item of 'packages' is 'gcc-14-', expected a Debian package's name of lower-case letters, digits and '.', '+', '-', without a '-' at its end")]
    [InlineData(Compiler, "runs-on: host", "runs-on: host\naccelerate: true", "5:13: 'accelerate' of a recipe that does not run on the target, expected 'runs-on: target': nothing else is emulated by qemu-user")]
    [InlineData(Compiler, "runs-on: host", "runs-on: target\naccelerate: yes", "5:13: 'accelerate' is 'yes', expected one of false, true")]
    [InlineData(Compiler, "runs-on: host", "runs-on: host\npackages: {debian: [meson-]}", "5:21: an item of 'debian' is 'meson-', expected a package's name of letters, digits and '.', '_', '+', '-', without a '-' at its end")]
    [InlineData(HostTools, "usr/bin/awk", "/usr/bin/awk", "5:9: a key of 'links' is '/usr/bin/awk', expected a relative path without '.' and '..'")]
    public void A_value_that_can_not_be_right_is_refused_with_what_it_should_look_like(string file, string piece, string replacement, string expected)
    {
        _tree.Edit(file, piece, replacement);

        Assert.Equal($"{file}:{expected}", _tree.Problems());
    }

    [Theory]
    [InlineData("PATH")]
    [InlineData("HOME")]
    [InlineData("MAKEFLAGS")]
    [InlineData("SOURCE_DATE_EPOCH")]
    [InlineData("LC_ALL")]
    [InlineData("TZ")]
    [InlineData("TERM")]
    [InlineData("SHELL")]
    [InlineData("CONFIG_SHELL")]
    [InlineData("QEMU_CPU")]
    [InlineData("IFS")]
    public void An_environment_variable_that_the_engine_sets_is_not_a_recipe_s_to_set(string name)
    {
        _tree.Edit(Compiler, "TARGET:", $"{name}:");

        Assert.Equal(
            $"{Compiler}:9:3: '{name}' is set in 'environment', expected another name: every step gets this one from the engine",
            _tree.Problems());
    }

    public void Dispose() => _tree.Dispose();
}
