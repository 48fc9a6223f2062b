using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Definitions;

public sealed class CheckoutVariableTests : IDisposable
{
    private const string Facts = "NAME=NUMBER as in 'bootstrap abi TARGET', such as sizeof_long=4";
    private const string Options = "options of configure that begin with --enable-, --disable-, --with- or --without-";

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
    [InlineData("kernel-config", "virt", "'kernel-config' is 'virt', expected a make target of Linux such as defconfig or allnoconfig")]
    [InlineData("kernel-options", "[CONFIG_SOUND]", "'kernel-options' has 'CONFIG_SOUND', expected CONFIG_NAME=VALUE")]
    [InlineData("kernel-options", "[SOUND=n]", "'kernel-options' has 'SOUND=n', expected CONFIG_NAME=VALUE")]
    [InlineData("kernel-fragments", "[sytem]", "'kernel-fragments' has 'sytem', expected a file of recipe kernel or, beside this one, ./NAME.config; did you mean 'system'?")]
    [InlineData("kernel-fragments", "[./none.config]", "'kernel-fragments' is 'none.config', expected a file at ")]
    [InlineData("kernel-image", "/boot/Image", "'kernel-image' is '/boot/Image', expected a path in Linux' build tree such as vmlinux")]
    [InlineData("kernel-image", "[vmlinux, Image]", "'kernel-image' is a list, expected a path in Linux' build tree")]
    [InlineData("kernel-device-trees", "[virt.dts]", "'kernel-device-trees' has 'virt.dts', expected files such as")]
    [InlineData("image-free", "lots", "'image-free' is 'lots', expected a number of bytes, or one with K, M, G or T behind it")]
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

    [Fact]
    public void Every_variable_that_the_checkout_declares_says_what_it_is_for_and_what_it_looks_like() =>
        Assert.All(Checkout.Definitions.Variables.Values, each =>
        {
            Assert.EndsWith(".", each.Meaning, StringComparison.Ordinal);
            Assert.True(each.Type == VariableType.Files || each.Pattern is not null || !each.Values.IsEmpty, each.Name);
        });

    public void Dispose() => Directory.Delete(_mine, recursive: true);

    private void Write(string target)
    {
        Directory.CreateDirectory(Path.Combine(_mine, "targets"));
        File.WriteAllText(Path.Combine(_mine, "targets", "m68k.yaml"), target);
    }
}
