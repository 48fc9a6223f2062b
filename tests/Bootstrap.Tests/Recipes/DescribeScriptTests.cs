using Bootstrap.Definitions;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Recipes;

/// <summary>The script of describe, on sources of a CPU that does not exist, in which each fact stands where the real ones have theirs.</summary>
public sealed class DescribeScriptTests : IDisposable
{
    private const string Sources = """
        mkdir -p gcc/gcc/config/toy binutils/bfd binutils/include/elf glibc/sysdeps/toy glibc/sysdeps/unix/sysv/linux/toy
        mkdir -p linux/arch/plaything/configs linux/scripts linux/tools/testing/kunit/qemu_configs linux/tools/testing/selftests/nolibc
        cat > gcc/config.sub << 'END'
        case $1 in toy*-linux-gnu*) echo "$1" | sed 's/-linux/-unknown-linux/' ;; toy-*) echo toy-unknown-none ;; *) echo "machine '$1' not recognized" >&2; exit 1 ;; esac
        END
        cat > gcc/gcc/config.gcc << 'END'
        case $target in toydead*) echo "*** Configuration $target not supported" >&2; exit 1 ;; esac
        cpu_type=toy tm_file='elfos.h toy/linux.h' tmake_file=toy/t-toy with_arch=toy2 target_cpu_default2=lib
        END
        echo '#define GLIBC_DYNAMIC_LINKER "/lib/ld-toy.so.1"' > gcc/gcc/config/toy/linux.h
        echo 'MULTILIB_OSDIRNAMES = m64=../$(shell echo $(target_cpu_default)64 | $(AWK) "{ print \$$1 }")' > gcc/gcc/config/toy/t-toy
        echo 'echo multilib_raw; case $7 in m64=../lib64) echo "\". !m64;\","; echo "\".:../lib64 m64;\"," ;; esac' > gcc/gcc/genmultilib
        echo 'case $targ in *) targ_defvec=toy_elf64_vec ;; esac' > binutils/bfd/config.bfd
        printf '%s\n' '#define EF_TOY_ABI_HARD 1' '#define EF_TOY_OLD 2' > binutils/include/elf/toy.h
        printf '%s\n' '#include "elf/toy.h"' '#define ELF_MACHINE_CODE EM_TOY' '#define ELF_MACHINE_ALT1 EM_TOY_OLD' '#define TARGET_BIG_SYM toy_elfNN_vec' > binutils/bfd/elfnn-toy.c
        echo '#define EM_TOY 0x9026' > binutils/include/elf/common.h
        printf '%s\n' 'case "$machine" in' 'toy | toyold*) base_machine=toy machine=toy ;;' esac > glibc/sysdeps/toy/preconfigure
        printf '* The toyold-linux-gnu configuration is no longer\n  supported.  Use another.\n' > glibc/NEWS
        touch linux/arch/plaything/Kconfig linux/arch/plaything/configs/big_defconfig linux/arch/plaything/Makefile
        echo 'SUBARCH := $(shell uname -m | sed -e s/to[xy].*/plaything/)' > linux/scripts/subarch.include
        printf '%s\n' 'QEMU_ARGS_toy = -M virt -m 256M -append "console=ttyT0,9600 panic=-1"' 'DEFCONFIG_toy = big_defconfig' > linux/tools/testing/selftests/nolibc/Makefile
        printf '%s\n' "A(linux_arch='plaything'," "kconfig='''" CONFIG_TOY=y CONFIG_CMDLINE_EXTEND=y "'''," "qemu_arch='toy', kernel_path='boot/toyImage')" > linux/tools/testing/kunit/qemu_configs/toy.py
        """;

    private readonly TemporaryDirectory _directory = new();

    public DescribeScriptTests() => _directory.Shell(Sources);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Each_line_has_what_the_sources_say_and_where_they_say_it()
    {
        await DescribeAsync("toy-linux-gnu");
        var target = File.ReadAllText(_directory["out/01/targets/mine.yaml"]);
        var emulator = File.ReadAllText(_directory["out/01/qemu/mine.yaml"]);

        Assert.Contains("from gcc 16, linux 7.", target, StringComparison.Ordinal);
        Assert.Contains("  # Linux' tools/testing/kunit/qemu_configs/toy.py: qemu_arch 'toy'\n  linux-arch: plaything\n", target, StringComparison.Ordinal);
        Assert.Contains("  # gcc's genmultilib: ../lib64 for -m64\n  libdir: lib64\n", target, StringComparison.Ordinal);
        Assert.Contains("  # gcc/config/toy/linux.h: GLIBC_DYNAMIC_LINKER \"/lib/ld-toy.so.1\"\n  loader-directory: lib\n", target, StringComparison.Ordinal);
        Assert.Contains("with-arch toy2\n", target, StringComparison.Ordinal);
        Assert.Contains("  kernel-config: big_defconfig\n  kernel-fragments: [system, virtio-pci]\n  kernel-options: [CONFIG_TOY=y]\n  kernel-image: boot/toyImage\n", target, StringComparison.Ordinal);
        Assert.Contains("toy_elf64_vec; bfd/elfnn-toy.c: EM_TOY, a number in include/elf/common.h\n# Question: flags that tell this ABI from others (include/elf/toy.h: EF_TOY_ABI_HARD 1)? 'bootstrap abi' prints what an object has.\nelf: {bits: 64, endian: big, machine: 36902}\n", emulator, StringComparison.Ordinal);
        Assert.Contains("  machine: virt\n  memory: 256\n  console: ttyT0\n  disk: virtio-blk-pci\n", emulator, StringComparison.Ordinal);
        Assert.Contains("'console=ttyT0,9600'", emulator, StringComparison.Ordinal);
        Assert.Equal("qemu-system-toy\n", File.ReadAllText(_directory["out/program"]));
    }

    [Fact]
    public async Task A_disk_has_no_longer_requests_than_the_kernel_has_lists_for()
    {
        _directory.Write("linux/arch/plaything/Kconfig", "config PLAYTHING\n\tdef_bool y\n\tselect ARCH_NO_SG_CHAIN\n");
        await DescribeAsync("toy-linux-gnu");
        var emulator = File.ReadAllText(_directory["out/01/qemu/mine.yaml"]);
        Assert.Contains("  # Linux' arch/plaything/Kconfig: ARCH_NO_SG_CHAIN; a queue of qemu's size has ", emulator, StringComparison.Ordinal);
        Assert.Contains("  disk: virtio-blk-pci,queue-size=128\n", emulator, StringComparison.Ordinal);
        Assert.Contains("  disk: ide-hd\n", File.ReadAllText(_directory["out/02/qemu/mine.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_that_would_not_listen_to_its_boot_loader_is_told_to_and_its_memory_is_the_one_it_takes()
    {
        _directory.Write("linux/arch/plaything/Kconfig", "choice\n\tprompt \"Command line\"\n\tdefault CMDLINE_OVERWRITE\n\nconfig CMDLINE_FROM_BOOTLOADER\n\tbool \"Heard\"\n\nendchoice\n");
        _directory.Write("linux/arch/plaything/mm/Kconfig", "config MEMORY_SIZE\n\thex \"Size\"\n\tdefault \"0x04000000\"\n\thelp\n\t  Of the board.\n");
        _directory.Shell("sed -i 's/-m 256M//' linux/tools/testing/selftests/nolibc/Makefile");
        await DescribeAsync("toy-linux-gnu");
        Assert.Contains("  # arch/plaything/Kconfig: CMDLINE_OVERWRITE is the default\n", File.ReadAllText(_directory["out/01/targets/mine.yaml"]), StringComparison.Ordinal);
        Assert.Contains("  kernel-options: [CONFIG_TOY=y, CONFIG_CMDLINE_FROM_BOOTLOADER=y]\n", File.ReadAllText(_directory["out/01/targets/mine.yaml"]), StringComparison.Ordinal);
        Assert.Contains("memory is MEMORY_SIZE of arch/plaything/mm/Kconfig.\n", File.ReadAllText(_directory["out/01/qemu/mine.yaml"]), StringComparison.Ordinal);
        Assert.Contains("  memory: 64\n", File.ReadAllText(_directory["out/01/qemu/mine.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_compiler_of_an_sh4_can_compile_its_kernel()
    {
        _directory.Write("linux/arch/sh/Makefile", "cflags-y := $(call cc-option,-mno-implicit-fp,-m4-nofpu)\n");
        _directory.Shell("sed -i 's/toy\\*-linux-gnu/*-linux-gnu/' gcc/config.sub; touch linux/arch/sh/Kconfig; sed -i 's/toy | /sh4 | toy | /' glibc/sysdeps/toy/preconfigure; sed -i 's/plaything/sh/' linux/tools/testing/kunit/qemu_configs/toy.py");
        await DescribeAsync("sh4-linux-gnu");
        Assert.Contains("  # Linux' arch/sh/Makefile compiles the kernel with -m4-nofpu\n  gcc-options: ['--with-multilib-list=m4,m4-nofpu']\n", File.ReadAllText(_directory["out/01/targets/mine.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_whose_programs_are_compiled_for_another_CPU_is_left_for_the_other_table_s()
    {
        _directory.Shell("echo 'CFLAGS_toy = -mabi=n -march=toy9' >> linux/tools/testing/selftests/nolibc/Makefile; echo \"extra_qemu_params=['-M', 'board', '-cpu', 'toy2'], kernel_command_line='console=ttyS0')\" >> linux/tools/testing/kunit/qemu_configs/toy.py");
        await DescribeAsync("toy-linux-gnu");
        Assert.Contains("  machine: board\n  cpu: toy2\n", File.ReadAllText(_directory["out/01/qemu/mine.yaml"]), StringComparison.Ordinal);
        Assert.Contains("  kernel-config: defconfig\n", File.ReadAllText(_directory["out/01/targets/mine.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_tests_of_linux_boot_two_machines_the_second_is_tried_after_the_first()
    {
        _directory.Shell("echo \"extra_qemu_params=['-M', 'board', '-cpu', 'toy2'], kernel_command_line='console=ttyS0')\" >> linux/tools/testing/kunit/qemu_configs/toy.py");
        await DescribeAsync("toy-linux-gnu");
        var drafts = Enumerable.Range(0, 6).Select(draft => DefinitionReader.Read([Checkout.Root, _directory[$"out/{draft:00}"]])).ToList();

        Assert.Equal(["virt", "virt", "virt", "board", "board", "board"], drafts.Select(draft => draft.Emulators["mine"].System!.Machine));
        Assert.All(drafts, draft => Assert.Contains("console=ttyT0,9600", draft.Emulators["mine"].System!.KernelArguments));
        Assert.Contains("  kernel-config: big_defconfig\n", File.ReadAllText(_directory["out/00/targets/mine.yaml"]), StringComparison.Ordinal);
        Assert.Contains("  kernel-config: defconfig\n", File.ReadAllText(_directory["out/03/targets/mine.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_tests_of_linux_name_no_machine_it_is_the_default_one_of_qemu()
    {
        _directory.Shell("sed -i \"s/toy'/alpha'/\" linux/tools/testing/kunit/qemu_configs/toy.py; sed -i 's/toy | /alpha | /' glibc/sysdeps/toy/preconfigure; sed -i 's/toy\\*-/*-/' gcc/config.sub; rm linux/tools/testing/selftests/nolibc/Makefile; echo \"kernel_command_line='console=ttyS0')\" >> linux/tools/testing/kunit/qemu_configs/toy.py");
        await DescribeAsync("alpha-linux-gnu");
        Assert.Contains("  machine: clipper\n", File.ReadAllText(_directory["out/01/qemu/mine.yaml"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "gcc's genmultilib: no directory of its own for an ABI\n  libdir: lib\n")]
    [InlineData("#include \"none.h\"\n#if TOY_ABI == ABI_SOFT\n#define DIR \"lib/soft\"\n#elif defined(NO_MULTIARCH) && TOY_ABI == ABI_HARD\n#define DIR \"lib/hard\"\n#endif\n#define STANDARD_STARTFILE_PREFIX_2 \"/usr/\" DIR \"/\"\n",
        "gcc/config/toy/linux.h: STANDARD_STARTFILE_PREFIX_2 is \"/usr/lib/hard/\"\n  libdir: lib/hard\n")]
    public async Task Libraries_are_where_the_compiler_looks_for_its_start_files(string header, string expected)
    {
        File.AppendAllText(_directory["gcc/gcc/config/toy/linux.h"], header);
        _directory.Shell("echo 'tm_defines=TOY_ABI=ABI_HARD' >> gcc/gcc/config.gcc; echo 'tm_defines += NO_MULTIARCH' > gcc/gcc/config/toy/t-toy; echo 'echo multilib_raw' > gcc/gcc/genmultilib");
        await DescribeAsync("toy-linux-gnu");
        Assert.Contains($"  # {expected}", File.ReadAllText(_directory["out/00/targets/mine.yaml"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("toy-linux-gnuhard", "gcc/config.gcc takes gnuhard like gnu: do gcc-options choose the ABI? And what does")]
    [InlineData("toy-linux-gnuhrad", "no configuration of GCC's or glibc's names gnuhrad: a slip, or do gcc-options choose the ABI? And what does")]
    public async Task The_end_of_a_triplet_that_changes_nothing_is_a_question(string triplet, string expected)
    {
        _directory.Shell("echo '# toy-linux-gnuhar*' >> gcc/gcc/config.gcc");
        await DescribeAsync(triplet);
        Assert.Contains($"  # Question: {expected}", File.ReadAllText(_directory["out/00/targets/mine.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_with_channels_has_its_disk_on_one()
    {
        _directory.Shell("mv linux/arch/plaything linux/arch/s390; sed -i 's/plaything/s390/' linux/tools/testing/kunit/qemu_configs/toy.py");
        await DescribeAsync("toy-linux-gnu");
        Assert.Contains("  disk: virtio-blk-ccw\n  network: virtio-net-ccw\n", File.ReadAllText(_directory["out/00/qemu/mine.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_console_of_a_machine_with_channels_is_what_its_driver_calls_it()
    {
        _directory.Shell("mv linux/arch/plaything linux/arch/s390; sed -i 's/plaything/s390/' linux/tools/testing/kunit/qemu_configs/toy.py; " +
            """mkdir -p linux/drivers/s390/char; printf '#define SCLP_VT220_DEVICE_NAME\t\t"ttysclp"\n' > linux/drivers/s390/char/sclp_vt220.c""");
        await DescribeAsync("toy-linux-gnu");
        var emulator = File.ReadAllText(_directory["out/00/qemu/mine.yaml"]);
        Assert.Contains("  # Linux' drivers/s390/char/sclp_vt220.c; without 'console=' the kernel takes it\n  console: ttysclp0\n", emulator, StringComparison.Ordinal);
        Assert.Contains("  kernel-arguments: [root=PARTLABEL=root, ", emulator, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_serial_port_is_the_one_that_Linux_own_test_reads()
    {
        _directory.Shell("sed -i 's/-m 256M/-serial file:out/' linux/tools/testing/selftests/nolibc/Makefile");
        await DescribeAsync("toy-linux-gnu");
        Assert.Contains("  console: ttyT0\n  serial: 2\n  disk: ", File.ReadAllText(_directory["out/01/qemu/mine.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_draft_can_be_read_as_definitions_and_the_last_wants_neither_machine_nor_emulator()
    {
        await DescribeAsync("toy-linux-gnu");
        string[] drafts = [.. Directory.GetDirectories(_directory["out"]).Order(StringComparer.Ordinal)];

        var machines = drafts.Select(draft => DefinitionReader.Read([Checkout.Root, draft]).Emulators["mine"].System).ToList();
        Assert.Equal(["cross-toolchain"], DefinitionReader.Read([Checkout.Root, drafts[^1]]).Targets["mine"].Goals);
        Assert.Equal(["virtio-blk-device", "virtio-blk-pci", "ide-hd", null, null], machines.Select(machine => machine?.Disk));
    }

    [Theory]
    [InlineData("tables", "rm -r linux/tools", "Linux' scripts/subarch.include for toy", "arch/plaything/configs has big_defconfig\n  kernel-config: defconfig\n")]
    [InlineData("tables and aliases", "rm -r linux/tools linux/scripts/subarch.include; touch linux/scripts/subarch.include; echo 'cc-cross-prefix, toy-linux-' > linux/arch/plaything/Makefile", "Linux' arch/plaything/Makefile: toy-linux", "arch/plaything/configs has big_defconfig\n  kernel-config: defconfig\n")]
    [InlineData("all but a defconfig", "rm -r linux/tools linux/scripts/subarch.include; touch linux/scripts/subarch.include linux/arch/plaything/configs/toysim_defconfig", "Linux' arch/plaything/configs/toysim_defconfig", "arch/plaything/configs has big_defconfig, toysim_defconfig\n  kernel-config: defconfig\n")]
    public async Task Without_the_tests_of_linux_the_machine_is_a_question(string lacking, string commands, string place, string kernel)
    {
        _directory.Shell(commands);
        await DescribeAsync("toy-linux-gnu");
        var target = File.ReadAllText(_directory["out/00/targets/mine.yaml"]);

        Assert.True(target.Contains($"  # {place}\n  linux-arch: plaything\n", StringComparison.Ordinal), $"without {lacking}: {target}");
        Assert.Contains(kernel, target, StringComparison.Ordinal);
        Assert.DoesNotContain("system:", File.ReadAllText(_directory["out/00/qemu/mine.yaml"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unheard-linux-gnu", "gcc's config.sub: machine 'unheard-linux-gnu' not recognized\n\nA triplet begins with a CPU that config.sub knows.\n")]
    [InlineData("tooy-linux-gnu", "gcc's config.sub: machine 'tooy-linux-gnu' not recognized\n\nA triplet begins with a CPU that config.sub knows: did you mean 'toy'?\n", "printf '%s\\n' 'case 0 in' 'tax \\' '  | toy) ;;' esac > words; cat gcc/config.sub >> words; mv words gcc/config.sub")]
    [InlineData("toy-none", "the recipes build glibc for Linux, and config.sub calls this toy-unknown-none; expected a triplet such as toy-linux-gnu\n")]
    [InlineData("toy-linux-gnu", "gcc's genmultilib: it says nothing of multilib_raw\n", "echo exit 0 > gcc/gcc/genmultilib")]
    [InlineData("toydead-linux-gnu", "gcc/config.gcc: Configuration toydead-unknown-linux-gnu not supported\nglibc's NEWS of 2.40: The toydead-linux-gnu port has been removed.\n\nOlder versions of each may, which a release", "printf '%s\\n' 'Version 2.41' '* Much.' 'Version 2.40' '* The toydead-linux-gnu port has been removed.' > glibc/NEWS")]
    [InlineData("toy-linux-gnu", "gcc/config.gcc: it sets no tm_file and tmake_file\n", "echo exit 0 > gcc/gcc/config.gcc")]
    [InlineData("toydead-linux-gnu", "gcc/config.gcc: Configuration toydead-unknown-linux-gnu not supported\nglibc: no sysdeps/*/preconfigure takes 'toydead', so there is no port of it\n\nOlder versions of each may")]
    [InlineData("toyold-linux-gnu", "glibc's NEWS: The toyold-linux-gnu configuration is no longer supported.\n")]
    [InlineData("toyold-linux-gnu", "glibc's NEWS of 2.40: The toyold-linux-gnu configuration is no longer supported.\n\nA version of glibc before 2.40 has it, which a release of yours", "echo 'Version 2.40' | cat - glibc/NEWS > news; mv news glibc/NEWS")]
    [InlineData("toynew-linux-gnu", "glibc: no sysdeps/*/preconfigure takes 'toynew', so there is no port of it\n\nOther versions may: 'bootstrap releases' lists them")]
    [InlineData("toy-linux-gnu", "glibc: sysdeps/toy/preconfigure calls it toy/wide, and there is no sysdeps/toy/wide\n", "sed -i 's,\\bmachine=toy,machine=toy/wide,' glibc/sysdeps/toy/preconfigure")]
    [InlineData("toy-linux-gnu", "glibc: sysdeps/toy/bits/endianness.h knows it as little-endian only, and the target is big-endian\n", "mkdir glibc/sysdeps/toy/bits; echo '#define __BYTE_ORDER __LITTLE_ENDIAN' > glibc/sysdeps/toy/bits/endianness.h")]
    public async Task What_a_source_does_not_support_is_said_with_the_file_that_says_it(string triplet, string expected, string commands = "")
    {
        _directory.Shell(commands);
        await DescribeAsync(triplet);

        Assert.StartsWith(expected, File.ReadAllText(_directory["out/unsupported"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["out/0"]));
    }

    // The kernel's byte order is that of the ELF files: a test of Linux for the other one is not taken.
    [Theory]
    [InlineData("CONFIG_CPU_LITTLE_ENDIAN=y", "", "vmlinux", "")]
    [InlineData("CONFIG_CPU_BIG_ENDIAN=y", "", "boot/toyImage", "  kernel-options: [CONFIG_CPU_BIG_ENDIAN=y]\n")]
    [InlineData("CONFIG_TOY=y", "config CPU_BIG_ENDIAN\n\tbool \"Big\"\n", "boot/toyImage", "  kernel-options: [CONFIG_TOY=y, CONFIG_CPU_BIG_ENDIAN=y]\n")]
    [InlineData("CONFIG_TOY=y", "config CPU_BIG_ENDIAN\n\tbool \"Big\"\n\tdepends on BROKEN\n", "boot/toyImage", "  # arch/plaything/mm/Kconfig: CPU_BIG_ENDIAN depends on BROKEN\n")]
    [InlineData("CONFIG_TOY=y", "config CPU_BIG_ENDIAN\n\tdef_bool y\n", "boot/toyImage", "  kernel-options: [CONFIG_TOY=y]\n")]
    public async Task The_kernel_has_the_byte_order_of_the_programs(string tested, string kconfig, string image, string expected)
    {
        _directory.Shell($"sed -i s/CONFIG_TOY=y/{tested}/ linux/tools/testing/kunit/qemu_configs/toy.py; mkdir linux/arch/plaything/mm");
        _directory.Write("linux/arch/plaything/mm/Kconfig", kconfig);
        await DescribeAsync("toy-linux-gnu");
        var target = File.ReadAllText(_directory["out/01/targets/mine.yaml"]);

        Assert.Contains($"  kernel-image: {image}\n", target, StringComparison.Ordinal);
        Assert.Contains(expected, target, StringComparison.Ordinal);
    }

    private async Task DescribeAsync(string triplet)
    {
        _directory.Shell("mkdir out");
        var said = await RecipeScript.RunAsync(_directory, "describe/describe.py", ".", "out", "mine", triplet, "gcc=16=ab linux=7=cd");
        Assert.True(said.ExitCode == 0, said.Error);
    }
}
