using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Definitions;

public sealed class DefinitionReaderTests : IDisposable
{
    private readonly DefinitionTree _tree = new();

    [Fact]
    public void Every_key_of_a_target_is_read()
    {
        var target = Assert.Single(_tree.Read().Targets).Value;

        Assert.Equal("m68k", target.Name);
        Assert.Equal("Motorola 68020 and later, 32-bit big-endian", target.Description);
        Assert.Equal("m68k-linux-gnu", target.Triplet);
        Assert.Equal("m68k", target.Emulator);
        Assert.Equal(["compiler"], target.Goals.AsEnumerable());
        Assert.Equal("--with-arch=m68k --disable-werror", target.Variables["gcc-options"]);
        var patch = Assert.Single(target.Patches["gcc"]);
        Assert.Equal(new Patch("a.patch", _tree.PathOf("targets/patches/a.patch"), Digest.Of("patch a")), patch);
        Assert.Equal(new Location(_tree.PathOf("targets/m68k.yaml"), 1, 1), target.Location);
    }

    [Fact]
    public void Every_key_of_an_emulator_is_read()
    {
        var emulator = Assert.Single(_tree.Read().Emulators).Value;

        Assert.Equal("m68k", emulator.Name);
        Assert.Equal("qemu-m68k", emulator.UserProgram);
        Assert.Equal("m68040", emulator.Cpu);
        Assert.Equal("7001722A4E40", Convert.ToHexString([.. emulator.Trial!.Value]));
        Assert.Equal(new ElfIdentity(32, BigEndian: true, 4), emulator.Elf);
    }

    [Fact]
    public void Every_key_of_a_virtual_machine_is_read()
    {
        var machine = Assert.Single(_tree.Read().Emulators).Value.System!;

        Assert.Equal("qemu-system-m68k", machine.Program);
        Assert.Equal("virt,gic-version=3", machine.Machine);
        Assert.Equal("m68020", machine.Cpu);
        Assert.Equal(1024, machine.Memory);
        Assert.Equal("ttyGF0", machine.Terminal);
        Assert.Equal("virtio-blk-device", machine.Disk);
        Assert.Equal("virtio-net-device", machine.Network);
        Assert.Equal(["console=ttyGF0", "root=/dev/vda2"], machine.KernelArguments.AsEnumerable());
        Assert.Equal(new Firmware("u-boot-m68k", "kernel"), machine.Firmware);
    }

    [Theory]
    [InlineData("{value: 0x20, mask: 0xf020}", 0x20, 0xf020)]
    [InlineData("{value: 5, mask: 7}", 5, 7)]
    [InlineData("{value: 0x80000000, mask: 4294967295}", 0x80000000, 0xffffffff)]
    public void The_flags_of_ELF_files_are_hexadecimal_or_decimal(string flags, uint value, uint mask)
    {
        _tree.Edit("qemu/m68k.yaml", "machine: 4}", $"machine: 4, flags: {flags}}}");

        Assert.Equal((value, mask), Assert.Single(_tree.Read().Emulators).Value.Elf.Flags);
    }

    [Theory]
    [InlineData("{value: 0x21, mask: 0x20}", "4:49: 'flags' has the value 0x21, expected only bits of the mask 0x20")]
    [InlineData("{value: 0, mask: 0}", "4:49: 'flags' has a mask of 0, expected bits to look at")]
    [InlineData("{value: 0x100000000, mask: 7}", "4:57: 'value' is '0x100000000', expected a number of 32 bits such as 0x20")]
    [InlineData("{value: 4294967296, mask: 7}", "4:57: 'value' is '4294967296', expected a number of 32 bits such as 0x20")]
    [InlineData("{value: -1, mask: 7}", "4:57: 'value' is '-1', expected a number of 32 bits such as 0x20")]
    [InlineData("{value: 1}", "4:49: flags of ELF files without the key 'mask', expected a number of 32 bits such as 0x20")]
    public void Wrong_flags_of_ELF_files_are_refused_at_their_place(string flags, string expected)
    {
        _tree.Edit("qemu/m68k.yaml", "machine: 4}", $"machine: 4, flags: {flags}}}");

        Assert.Equal($"qemu/m68k.yaml:{expected}", _tree.Problems());
    }

    [Theory]
    [InlineData("kernel-arguments: [console=ttyGF0, root=/dev/vda2]", "kernel-arguments: []", "14:21: 'kernel-arguments' is empty, expected a list of words")]
    [InlineData("machine: virt,gic-version=3", "machine: virt -monitor stdio", "8:12: 'machine' is 'virt -monitor stdio', expected a value of letters, digits and '.', '_', '+', '-', '=', ',', a letter or digit first, no comma last, and not help")]
    [InlineData("name: u-boot-m68k", "name: ../u-boot", "15:20: 'name' is '../u-boot', expected a name of at most 64 lower-case letters, digits and '.', '_', '+', '-', a letter or digit first")]
    [InlineData("program: qemu-system-m68k", "program: qemu-m68k", "7:12: 'program' is 'qemu-m68k', expected a program of qemu-system such as qemu-system-m68k")]
    [InlineData("trial: 7001 722a", "trial: 7001 72", "")]
    [InlineData("trial: 7001 722a", "trial: 7001 722", "5:8: 'trial' is '7001 722 4e40', expected bytes in hexadecimal digits, such as 7001 722a 4e40")]
    [InlineData("user-program: qemu-m68k", "user-program: qemu-m68k-static", "2:15: 'user-program' is 'qemu-m68k-static', expected a program of qemu-user such as qemu-m68k")]
    [InlineData("user-program: qemu-m68k", "user-program: qemu-img", "2:15: 'user-program' is 'qemu-img', expected a program of qemu-user such as qemu-m68k")]
    [InlineData("memory: 1024", "memory: 1024\n  serial: 0", "11:11: 'serial' is '0', expected a number from 1 to 4")]
    [InlineData("memory: 1024", "memory: 1024\n  device-tree: ../a.dtb", "11:16: 'device-tree' is '../a.dtb', expected a device tree such as NAME.dtb or DIRECTORY/NAME.dtb")]
    [InlineData("memory: 1024", "memory: 1024\n  arguments: [-vga, none]", "")]
    [InlineData("memory: 1024", "memory: 1024\n  arguments: [-vga, none, --dtb]", "11:27: an item of 'arguments' is '--dtb', expected the key 'device-tree' in its place")]
    [InlineData("memory: 1024", "memory: 1024\n  arguments: [/etc/passwd]", "11:14: 'arguments' has '/etc/passwd', which belongs to no option, expected an option such as -device before each value")]
    [InlineData("memory: 1024", "memory: 1024\n  arguments: [-action, shutdown=pause]", "11:15: an item of 'arguments' is '-action', expected nothing in its place")]
    [InlineData("machine: virt,gic-version=3", "machine: help", "8:12: 'machine' is 'help', expected a value of letters, digits and '.', '_', '+', '-', '=', ',', a letter or digit first, no comma last, and not help")]
    [InlineData("memory: 1024", "memory: 1024\n  device-tree: -x.dtb", "11:16: 'device-tree' is '-x.dtb', expected a device tree such as NAME.dtb or DIRECTORY/NAME.dtb")]
    [InlineData("  disk: virtio-blk-device\n", "", "14:13: a boot program that finds the kernel on a disk, and a machine without one, expected 'kernel: qemu' of 'firmware', or a 'disk'")]
    [InlineData("console=ttyGF0,", "console=ttyGF0, console=ttyS1,", "14:21: the kernel's console is 'console=ttyS1', and the key 'console' is 'ttyGF0', expected 'console=ttyGF0' as the last of them")]
    [InlineData("console=ttyGF0,", "console=ttyS1, 'console=ttyGF0,115200',", "")]
    [InlineData("console=ttyGF0,", "", "")]
    [InlineData("console: ttyGF0", "console: /dev/ttyGF0", "11:12: 'console' is '/dev/ttyGF0', expected a terminal's name such as ttyS0")]
    [InlineData("memory: 1024", "memory: 8", "10:11: 'memory' is '8', expected a number from 16 to 1048576")]
    public void A_wrong_value_of_a_virtual_machine_is_refused_at_its_place(string piece, string replacement, string expected)
    {
        _tree.Edit("qemu/m68k.yaml", piece, replacement);

        Assert.Equal(expected.Length == 0 ? "" : $"qemu/m68k.yaml:{expected}", _tree.Problems());
    }

    [Theory]
    [InlineData("needs: []")]
    [InlineData("needs: [{step: headers, at: /in}]")]
    [InlineData("needs: [headers]\ncontinues: headers")]
    public void A_recipe_that_runs_on_a_booted_system_needs_one_image(string more)
    {
        _tree.Write("src/recipes/boot.yaml", $"name: boot\nsummary: Boot it\nstage: image\nruns-on: system\n{more}\nrun: uname\n");

        Assert.Equal(
            "src/recipes/boot.yaml:1:1: a recipe that runs on a booted system, expected one need without 'at', which is its disk image, and no 'continues'",
            _tree.Problems());
    }

    [Fact]
    public void More_needs_than_the_kernel_lays_over_each_other_are_refused_with_the_limit()
    {
        var needs = string.Join(", ", Enumerable.Range(0, 401).Select(index => $"{{step: headers, at: /in/{index}}}"));
        _tree.Write("src/recipes/many.yaml", $"name: many\nsummary: Take many\nstage: host\nruns-on: host\nneeds: [{needs}]\nrun: uname\n");

        Assert.Contains(": 401 needs, expected at most 400, as the kernel lays no more trees over each other", _tree.Problems(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_of_a_recipe_is_read()
    {
        var recipe = _tree.Read().Recipes["compiler"];

        Assert.Equal("GCC for C and C++", recipe.Summary);
        Assert.Equal("cross", recipe.Stage);
        Assert.Equal(Machine.Host, recipe.RunsOn);
        var file = _tree.PathOf("src/recipes/compiler.yaml");
        Assert.Equal(
            [new Need("headers", "/", new Location(file, 5, 9)), new Need("headers", "/in/headers", new Location(file, 5, 18))],
            recipe.Needs.AsEnumerable());
        Assert.Equal(["gcc"], recipe.Sources.AsEnumerable());
        Assert.Equal(["gawk=", "gcc=12.2", "make=4.4"], recipe.Tools.Select(each => $"{each.Key}={each.Value}"));
        Assert.Equal(new LocatedText("${triplet}", new Location(file, 9, 11)), recipe.Environment["TARGET"]);
        Assert.Equal("${gcc-options} ${more-options} $$HOME", recipe.Environment["OPTIONS"].Value);
        Assert.Equal("-a -b", recipe.Variables["more-options"].Default!.Text);
        Assert.Equal(new LocatedText("headers", new Location(file, 12, 12)), recipe.Continues);
        Assert.Equal(_tree.PathOf("src/recipes/checks"), recipe.Files!.Path);
        Assert.Equal("./configure $OPTIONS\nmake", recipe.Commands.TrimEnd());
    }

    [Fact]
    public void A_recipe_of_the_least_keys_needs_nothing()
    {
        var recipe = _tree.Read().Recipes["headers"];

        Assert.Empty(recipe.Needs);
        Assert.Empty(recipe.Sources);
        Assert.Empty(recipe.Tools);
        Assert.Empty(recipe.Environment);
        Assert.Empty(recipe.Variables);
        Assert.Null(recipe.Continues);
        Assert.Null(recipe.Files);
    }

    [Fact]
    public void Every_key_of_a_source_is_read()
    {
        var source = Assert.Single(Assert.Single(_tree.Read().Sources).Value);

        Assert.Equal("14.2.0", source.Version);
        Assert.Equal("GPL-3.0-or-later WITH GCC-exception-3.1", source.Licence);
        Assert.Equal(["ftp.gnu.org", "example.org"], source.Upstream.Urls.Select(url => url.Host));
        Assert.Equal(new string('a', 64), source.Upstream.Sha256.Hex);
        Assert.Equal("gcc-14", source.Debian?.Package);
        Assert.Equal("trixie", source.Debian?.Suite);
        Assert.Equal("gcc-14_14.2.0.orig.tar.gz", source.Debian?.File);
        Assert.Equal("gcc-14-14.2.0/gcc-14.2.0-dfsg.tar.xz", source.Debian?.Within);
        Assert.Equal(new string('b', 64), source.Debian?.Sha256.Hex);
        Assert.Equal(new Patch("b.patch", _tree.PathOf("src/patches/b.patch"), Digest.Of("patch b")), source.Debian?.Patches.Single());
        Assert.Empty(source.Patches);
    }

    [Fact]
    public void A_Debian_tarball_names_its_own_suite()
    {
        _tree.Edit("src/sources/gcc.yaml", "  suite: trixie\n", "");

        Assert.Contains("a Debian package without the key 'suite'", _tree.Problems(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_of_the_Debian_host_tools_is_read()
    {
        var trixie = _tree.Read().HostTools["debian"].Release(null);

        Assert.Equal(("debian", "debian", "trixie", new DateOnly(2030, 6, 30)), (trixie.Definition, trixie.Provider, trixie.Name, trixie.EndOfLife));
        Assert.Equal(["gcc", "g++", "libc6-dev"], trixie.Packages.AsEnumerable());
        Assert.Equal("gawk", Assert.Single(trixie.Links, each => each.Key == "usr/bin/awk").Value);
        Assert.Null(_tree.Read().HostTools["debian"].Release("forky").EndOfLife);
    }

    [Fact]
    public void Every_key_of_the_Alpine_host_tools_is_read()
    {
        var release = _tree.Read().HostTools["alpine"].Release("3.20");

        Assert.Equal(new DateOnly(2026, 4, 1), release.EndOfLife);
        Assert.Equal("3.20.3", release.Root!.Version);
        Assert.Equal("example.org", Assert.Single(release.Root.X64.Urls).Host);
        Assert.Equal(new string('c', 64), release.Root.X64.Sha256.Hex);
        Assert.Equal([new Uri("https://example.org/alpine/v3.20/main")], release.Repositories.AsEnumerable());
        Assert.Equal(["build-base", "py3-pip", "libX11"], release.Packages.AsEnumerable());
        Assert.Equal("alpine:3.20", release.ToString());
    }

    [Fact]
    public void A_release_that_no_definition_has_is_told_with_those_that_there_are()
    {
        var refused = Assert.Throws<DefinitionException>(() => _tree.Read().HostTools["debian"].Release("woody"));

        Assert.Contains("no release 'woody' of 'debian'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("names forky, trixie", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--host-tools debian:trixie", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default: trixie", "default: woody", "debian.yaml:3:10: 'default' is 'woody', expected one of the 'releases'")]
    [InlineData("2030-06-30", "June 2030", "debian.yaml:7:25: 'end-of-life' is 'June 2030', expected a day such as 2027-05-01")]
    [InlineData("provider: debian", "provider: suse", "debian.yaml:2:11: 'provider' is 'suse', expected one of alpine, debian")]
    [InlineData("provider: debian", "provider: alpine", "debian.yaml:2:11: 'provider' of 'debian' is 'alpine', expected 'debian'")]
    [InlineData("forky: {}", "forky: {version: 14}", "debian.yaml:8:11: unknown key 'version' of a release")]
    [InlineData("user: {package: qemu-user, ", "user: {", "debian.yaml:10:9: a file of a package without the key 'package'")]
    [InlineData("file: usr/bin/PROGRAM", "file: /usr/bin/PROGRAM", "debian.yaml:10:36: 'file' is '/usr/bin/PROGRAM', expected a relative path without '.' and '..'")]
    [InlineData("qemu-system-sh4]", "qemu-sh4]", "debian.yaml:12:51: an item of 'qemu-system-misc' is 'qemu-sh4', expected a program of qemu-system such as qemu-system-m68k")]
    [InlineData("qemu-system-misc: [", "-o: [", "debian.yaml:12:14: a key of 'programs' is '-o', expected a package's name of letters")]
    [InlineData("forky: {}", "forky: {emulators: {}}", "debian.yaml:8:22: the places of qemu without the key 'common'")]
    public void A_mistake_in_the_Debian_host_tools_is_named_with_its_place(string piece, string replacement, string expected)
    {
        _tree.Edit("src/host-tools/debian.yaml", piece, replacement);

        Assert.Contains(expected, _tree.Problems(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("path")]
    [InlineData("built")]
    public void Host_tools_may_not_be_called_as_the_options_call_something_else(string word)
    {
        _tree.Write($"src/host-tools/{word}.yaml", DefinitionTree.HostTools.Replace("name: debian", $"name: {word}", StringComparison.Ordinal));

        Assert.Contains($"host tools called '{word}', which --host-tools or --emulators understands otherwise", _tree.Problems(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version: 3.20.3", "version: [3]", "alpine.yaml:7:14: 'version' is a list, expected a version")]
    [InlineData("root:", "roots:", "alpine.yaml:9:5: unknown key 'roots' of a release")]
    [InlineData("cccc", "xxxx", "alpine.yaml:11:15: 'sha256' is ")]
    [InlineData("repositories: [https:", "repositories: [ftp:", "alpine.yaml:12:20: an item of 'repositories' is ")]
    [InlineData("[build-base, py3-pip, libX11]", "[]", "alpine.yaml:4:11: 'packages' is empty, expected a list of packages")]
    [InlineData("build-base", "-x", "alpine.yaml:4:12: an item of 'packages' is '-x', expected an Alpine package's name")]
    [InlineData("py3-pip", "build-base", "alpine.yaml:4:24: 'build-base' stands in 'packages' twice")]
    public void A_mistake_in_the_Alpine_host_tools_is_named_with_its_place(string piece, string replacement, string expected)
    {
        _tree.Edit("src/host-tools/alpine.yaml", piece, replacement);

        Assert.Contains(expected, _tree.Problems(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_looks_like_a_number_keeps_its_digits()
    {
        _tree.Write("src/sources/gcc.yaml", DefinitionTree.Source.Replace("14.2.0\n", "2.10\n", StringComparison.Ordinal));

        Assert.Equal("2.10", _tree.Read().Source("gcc")!.Version);
    }

    [Fact]
    public void A_file_below_the_current_directory_is_shown_relative_to_it()
    {
        var below = Directory.CreateDirectory(Path.Combine(Environment.CurrentDirectory, $"definitions-{Guid.NewGuid():n}"));
        try
        {
            Directory.CreateDirectory(Path.Combine(below.FullName, "qemu"));
            File.WriteAllText(Path.Combine(below.FullName, "qemu/m68k.yaml"), "- a");

            Assert.Equal($"{below.Name}/qemu/m68k.yaml:1:1: the file holds a list, expected a mapping", _tree.Problems(below.FullName));
        }
        finally
        {
            below.Delete(recursive: true);
        }
    }

    public void Dispose() => _tree.Dispose();
}
