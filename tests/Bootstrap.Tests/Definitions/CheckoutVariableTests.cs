using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Definitions;

public sealed class CheckoutVariableTests : IDisposable
{
    private const string Facts = "NAME=NUMBER as in 'bootstrap abi TARGET', such as sizeof_long=4";
    private const string Options = "options of configure such as --enable-NAME, --with-NAME=VALUE, --disable-NAME or --without-NAME";

    private readonly string _mine = Directory.CreateTempSubdirectory("mine-").FullName;

    [Theory]
    [InlineData("libdir", "[lib, lib64]", "'libdir' is a list, expected a directory of libraries such as lib or lib64")]
    [InlineData("libdir", "/usr/lib", "'libdir' is '/usr/lib', expected a directory of libraries such as lib or lib64")]
    [InlineData("loader-directory", "Lib", "'loader-directory' is 'Lib', expected a directory of libraries")]
    [InlineData("linux-arch", "arch/m68k", "'linux-arch' is 'arch/m68k', expected the name of a directory in Linux' arch, such as m68k or openrisc")]
    [InlineData("abi-facts", "[nonsense=7]", $"'abi-facts' has 'nonsense=7', expected {Facts}")]
    [InlineData("abi-facts", "[sizeof_long=four]", $"'abi-facts' has 'sizeof_long=four', expected {Facts}")]
    [InlineData("gcc-options", "[with-arch=rv64gc]", $"'gcc-options' has 'with-arch=rv64gc', expected {Options}")]
    [InlineData("gcc-options", "[--target=vax]", $"'gcc-options' has '--target=vax', expected {Options}")]
    [InlineData("bash-options", "[--prefix=/opt]", $"'bash-options' has '--prefix=/opt', expected {Options}")]
    [InlineData("gcc-options", "[--with-arch=rv64i,a]", "'--with-arch=rv64i,a' is two items, expected a blank behind the comma, or quotation marks around one word")]
    [InlineData("glibc-options", "enable-kernel=4.0", $"'glibc-options' has 'enable-kernel=4.0', expected {Options}")]
    [InlineData("binutils-options", "[CFLAGS=-O1]", $"'binutils-options' has 'CFLAGS=-O1', expected {Options}")]
    [InlineData("kernel-config", "virt", "'kernel-config' is 'virt', expected a make target of Linux such as defconfig, NAME_defconfig or allnoconfig")]
    [InlineData("kernel-config", "randconfig", "'kernel-config' is 'randconfig', expected a make target of Linux")]
    [InlineData("kernel-config", "menuconfig", "'kernel-config' is 'menuconfig', expected a make target of Linux")]
    [InlineData("kernel-options", "['CONFIG_CMDLINE=\"a']", "'kernel-options' has 'CONFIG_CMDLINE=\"a', expected CONFIG_NAME=VALUE")]
    [InlineData("kernel-options", "[CONFIG_SOUND=yes]", "'kernel-options' has 'CONFIG_SOUND=yes', expected CONFIG_NAME=VALUE, VALUE y, m, n, a number")]
    [InlineData("kernel-device-trees", "[a.dtb, a.dtb]", "'kernel-device-trees' has 'a.dtb', and the same before it, expected each once")]
    [InlineData("libdir", "lib/--", "'libdir' is 'lib/--', expected a directory of libraries")]
    [InlineData("sysroot-limit", "0", "'sysroot-limit' is '0', expected a number of MB")]
    [InlineData("image-checks", "[]", "'image-checks' has no word, expected at least one: one of c, c++, fortran, lto, threads, make")]
    [InlineData("image-checks", "[c, make, c]", "'image-checks' has 'c', and the same before it, expected each once")]
    [InlineData("busybox-options", "[CONFIG_ASH=y, CONFIG_ASH=n]", "'busybox-options' has 'CONFIG_ASH=n', and 'CONFIG_ASH=y' before it, expected each once")]
    [InlineData("abi-facts", "[sizeof_long=8, sizeof_long=4]", "'abi-facts' has 'sizeof_long=4', and 'sizeof_long=8' before it, expected each once")]
    [InlineData("abi-facts", "[char_signed=7]", $"'abi-facts' has 'char_signed=7', expected {Facts}")]
    [InlineData("abi-facts", "[sizeof_long=04]", $"'abi-facts' has 'sizeof_long=04', expected {Facts}")]
    [InlineData("target-flags", "['-DX;id']", "'target-flags' has '-DX;id', expected options of the compiler")]
    [InlineData("target-flags", "['-D$(X)']", "'target-flags' has '-D$(X)', expected options of the compiler")]
    [InlineData("target-flags", "[-o, -x]", "'target-flags' has '-o', expected options of the compiler")]
    [InlineData("proof-variants", "['-;id']", "'proof-variants' has '-;id', expected options of the compiler")]
    [InlineData("gcc-options", "['--with-arch=*']", $"'gcc-options' has '--with-arch=*', expected {Options}")]
    [InlineData("gcc-options", "[--enable-lto]", "'gcc-options' has '--enable-lto', expected the variable 'lto' in its place")]
    [InlineData("gcc-options", "[--enable-languages=c]", "'gcc-options' has '--enable-languages=c', expected the variable 'languages' in its place")]
    [InlineData("gcc-options", "[--with-specs=x]", "'gcc-options' has '--with-specs=x', expected the variable 'time64' in its place")]
    [InlineData("gcc-options", "[--with-sysroot=/x]", "'gcc-options' has '--with-sysroot=/x', expected it left out: recipe cross-gcc passes --with-sysroot itself")]
    [InlineData("gcc-options", "[--with-build_sysroot=/x]", "'gcc-options' has '--with-build_sysroot=/x', expected it left out: recipe cross-gcc passes --with-build-sysroot itself")]
    [InlineData("gcc-options", "[--without-gmp]", "'gcc-options' has '--without-gmp', expected it left out: recipe cross-gcc passes --with-gmp itself")]
    [InlineData("gcc-options", "[--disable-lto]", "'gcc-options' has '--disable-lto', expected the variable 'lto' in its place")]
    [InlineData("binutils-options", "[--enable-plugins]", "'binutils-options' has '--enable-plugins', expected it left out: recipe cross-binutils passes --enable-plugins itself")]
    [InlineData("glibc-options", "[--with-headers=/x]", "'glibc-options' has '--with-headers=/x', expected it left out: recipe glibc-start passes --with-headers itself")]
    [InlineData("gmp-options", "[--enable-shared]", "'gmp-options' has '--enable-shared', expected it left out: recipe native-gmp passes --enable-shared itself")]
    [InlineData("gcc-options", "[--disable-libgomp=yes]", $"'gcc-options' has '--disable-libgomp=yes', expected {Options}")]
    [InlineData("gcc-options", "['--with-cpu,68040']", $"'gcc-options' has '--with-cpu,68040', expected {Options}")]
    [InlineData("gcc-options", "--with-arch=a,--with-abi=b", $"'gcc-options' has '--with-arch=a,--with-abi=b', expected {Options}")]
    [InlineData("gcc-options", "[--with-arch=a, --with-arch=b]", "'gcc-options' has '--with-arch=b', and '--with-arch=a' before it, expected each once")]
    [InlineData("gcc-options", "[--with-gmp-lib=/y]", "'gcc-options' has '--with-gmp-lib=/y', expected it left out: recipe cross-gcc passes --with-gmp-lib itself")]
    [InlineData("target-flags", "[-D=]", "'target-flags' has '-D=', expected options of the compiler")]
    [InlineData("target-flags", "[-Ofoo]", "'target-flags' has '-Ofoo', expected options of the compiler")]
    [InlineData("kernel-options", "['CONFIG_A=\"x\\\"']", "'kernel-options' has 'CONFIG_A=\"x\\\"', expected CONFIG_NAME=VALUE")]
    [InlineData("kernel-options", "[CONFIG_MMU=y, CONFIG_MMU=n]", "'kernel-options' has 'CONFIG_MMU=n', and 'CONFIG_MMU=y' before it, expected each once")]
    [InlineData("image-table", "['/dev/a\"b:600:0:0:c:5:1']", "'image-table' has '/dev/a\"b:600:0:0:c:5:1', expected PATH:MODE:UID:GID")]
    [InlineData("image-table", "[/dev/a:600:0:0:c:5:1, /dev/a:600:0:0:c:5:2]", "'image-table' has '/dev/a:600:0:0:c:5:2', and '/dev/a:600:0:0:c:5:1' before it, expected each once")]
    [InlineData("image-table", "[/dev/x:600:0:0:c:4096:1]", "'image-table' has '/dev/x:600:0:0:c:4096:1', expected PATH:MODE:UID:GID")]
    [InlineData("image-table", "[/tmp/../etc:700:5:5]", "'image-table' has '/tmp/../etc:700:5:5', expected PATH:MODE:UID:GID")]
    [InlineData("image-table", "[/:000:0:0]", "'image-table' has '/:000:0:0', expected PATH:MODE:UID:GID")]
    [InlineData("kernel-options", "[CONFIG_SOUND]", "'kernel-options' has 'CONFIG_SOUND', expected CONFIG_NAME=VALUE")]
    [InlineData("kernel-options", "[SOUND=n]", "'kernel-options' has 'SOUND=n', expected CONFIG_NAME=VALUE")]
    [InlineData("kernel-fragments", "[sytem]", "'kernel-fragments' has 'sytem', expected a file of recipe kernel or, beside this one, ./NAME.config; did you mean 'system'?")]
    [InlineData("kernel-fragments", "[./none.config]", "'kernel-fragments' is './none.config', expected a file at ")]
    [InlineData("kernel-image", "/boot/Image", "'kernel-image' is '/boot/Image', expected a path in Linux' build tree such as vmlinux")]
    [InlineData("kernel-image", "[vmlinux, Image]", "'kernel-image' is a list, expected a path in Linux' build tree")]
    [InlineData("kernel-device-trees", "[virt.dts]", "'kernel-device-trees' has 'virt.dts', expected files such as")]
    [InlineData("image-free", "lots", "'image-free' is 'lots', expected a number of bytes, or one with K, M or G behind it")]
    [InlineData("image-free", "0900", "'image-free' is '0900', expected a number of bytes")]
    [InlineData("image-free", "99999999T", "'image-free' is '99999999T', expected a number of bytes")]
    [InlineData("image-free", "-1", "'image-free' is '-1', expected a number of bytes")]
    [InlineData("image-partitions", "bsd", "'image-partitions' is 'bsd', expected one of gpt, dos")]
    [InlineData("image-table", "[/etc/passwd:600]", "'image-table' has '/etc/passwd:600', expected PATH:MODE:UID:GID, or PATH:MODE:UID:GID:c|b:MAJOR:MINOR for a device")]
    [InlineData("image-table", "[/etc/passwd:9:0:0]", "'image-table' has '/etc/passwd:9:0:0', expected PATH:MODE:UID:GID")]
    [InlineData("image-table", "[/etc/passwd:600:root:0]", "'image-table' has '/etc/passwd:600:root:0', expected PATH:MODE:UID:GID")]
    [InlineData("image-table", "[/dev/x:600:0:0:p:1:1]", "'image-table' has '/dev/x:600:0:0:p:1:1', expected PATH:MODE:UID:GID")]
    public void A_value_that_would_fail_after_an_hour_is_refused_before_the_first_step(string variable, string value, string problem)
    {
        var written = Checkout.Read("targets/m68k.yaml").Split('\n').Where(line => !line.StartsWith($"  {variable}:", StringComparison.Ordinal));
        Write(string.Join('\n', written).Replace("variables:\n", $"variables:\n  {variable}: {value}\n", StringComparison.Ordinal));

        var refusal = Assert.Throws<DefinitionException>(() => DefinitionReader.Read([Checkout.Root, _mine])).Message;

        Assert.Matches(@"^\S+/targets/m68k.yaml:7:[0-9]+: ", refusal);
        Assert.Contains(problem, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gcc-options", "['--with-multilib-list=m4,m4-nofpu', --without-headerpath, --with-pkgversion=Foo~1]")]
    [InlineData("target-flags", "[-G0, -EB, -O, -Os, -mabi=n32, -ffast-math, -DX=1, -U_FOO, -Wno-x]")]
    [InlineData("kernel-options", "[\"CONFIG_A=y\",\"CONFIG_B=0XFF\", 'CONFIG_C=\"a\\\"b\"', CONFIG_D=-1]")]
    [InlineData("kernel-config", "44x/akebono_defconfig")]
    public void What_the_field_writes_is_accepted(string variable, string value)
    {
        var written = Checkout.Read("targets/m68k.yaml").Split('\n').Where(line => !line.StartsWith($"  {variable}:", StringComparison.Ordinal) && !line.StartsWith("patches:", StringComparison.Ordinal));
        Write(string.Join('\n', written).Replace("variables:\n", $"variables:\n  {variable}: {value}\n", StringComparison.Ordinal));

        Assert.NotEmpty(DefinitionReader.Read([Checkout.Root, _mine]).Targets["m68k"].Variables[variable]);
    }

    [Theory]
    [InlineData("CONFIG_A=maybe")]
    [InlineData("CONFIG_A=Y")]
    [InlineData("CONFIG_A=\"unterminated")]
    [InlineData("CONFIG_A=y # why")]
    [InlineData("CONFIG_A = y")]
    [InlineData("#CONFIG_A is not set")]
    [InlineData("## CONFIG_A is not set")]
    [InlineData("# CONFIG_A  is not set")]
    [InlineData("# CONFIG_A is\tnot set")]
    [InlineData("? # CONFIG_A is not  set")]
    [InlineData("# CONFIG_A is not set ")]
    public void A_line_of_a_fragment_that_the_kernel_would_take_for_something_else_is_refused(string line)
    {
        Write(Checkout.Read("targets/m68k.yaml").Replace("kernel-fragments: [", "kernel-fragments: [./own.config, ", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(_mine, "targets", "own.config"), $"CONFIG_B=\"a \\\"b\\\" c\"\n# a comment of CONFIG_A\n# CONFIG_B is not set\n? CONFIG_C=0x0c00\n\n{line}\n");

        var refusal = Assert.Throws<DefinitionException>(() => DefinitionReader.Read([Checkout.Root, _mine])).Message;

        Assert.Matches(@"(?m)^\S+/targets/own.config:6:1: ", refusal);
        Assert.Contains($"a line of 'kernel-fragments' is '{line.Replace("\t", "\\u0009", StringComparison.Ordinal)}', expected CONFIG_NAME=VALUE", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_variable_that_the_checkout_declares_says_what_it_is_for_and_what_it_looks_like() =>
        Assert.All(Checkout.Definitions.Variables.Values, each =>
        {
            Assert.EndsWith(".", each.Meaning, StringComparison.Ordinal);
            Assert.True(each.Type == VariableType.Files || each.Pattern is not null || !each.Values.IsEmpty, each.Name);
        });

    /// <summary>The names that GCC's Makefile.in hands on from its environment to the compiler's own Makefile, where they replace what was configured.</summary>
    [Fact]
    public void No_step_that_makes_GCC_has_a_word_that_its_Makefile_takes_for_its_own() =>
        Assert.All(Checkout.Definitions.Recipes.Values.Where(recipe => recipe.Sources.Contains("gcc")), recipe =>
            Assert.Empty(recipe.Environment.Keys.Intersect(["LANGUAGES", "LIMITS_H_TEST", "STMP_FIXPROTO", "ADAFLAGS", "BOOT_ADAFLAGS"])));

    public void Dispose() => Directory.Delete(_mine, recursive: true);

    private void Write(string target)
    {
        Directory.CreateDirectory(Path.Combine(_mine, "targets"));
        File.WriteAllText(Path.Combine(_mine, "targets", "m68k.yaml"), target);
    }
}
