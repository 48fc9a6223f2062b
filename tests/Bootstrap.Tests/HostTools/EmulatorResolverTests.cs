using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Platform;
using Bootstrap.Sources.Debian;
using Bootstrap.Tests.Definitions;

namespace Bootstrap.Tests.HostTools;

public sealed class EmulatorResolverTests : IDisposable
{
    private readonly DefinitionTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("debian", "qemu-system-vax", null, "debian.yaml:7:11: the emulators of 'debian:trixie' have no 'qemu-system-vax'")]
    [InlineData("debian:forky", "qemu-system-vax", null, "debian.yaml:8:10: the emulators of 'debian:forky' have no 'qemu-system-vax'")]
    [InlineData("debian", "qemu-system-m68k", "openbios", "debian.yaml:7:11: the emulators of 'debian:trixie' have no 'openbios'")]
    [InlineData("alpine", "qemu-m68k", null, "alpine.yaml:7:5: the release 'alpine:3.20' does not say where its qemu is; expected 'emulators:' there.")]
    [InlineData("slackware", "qemu-m68k", null, "There are no emulators called 'slackware'; expected auto, built, alpine[:RELEASE], ")]
    [InlineData("debian:sarge", "qemu-m68k", null, "'sarge'")]
    public void What_no_definition_knows_a_place_of_is_refused_with_the_place_to_say_it(string request, string program, string? firmware, string expected)
    {
        var refused = Assert.Throws<DefinitionException>(() => Resolver(request).Find([new EmulatorNeed(program, firmware)]));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_nobody_has_is_told_by_the_line_that_names_it_and_with_the_nearest_name()
    {
        var need = new EmulatorNeed("qemu-system-m86k") { Place = new Location("qemu/m68k.yaml", 5, 12) };
        var refused = Assert.Throws<DefinitionException>(() => Resolver("debian").Find([need]));
        Assert.StartsWith("qemu/m68k.yaml:5:12: the emulators of 'debian:trixie' have no 'qemu-system-m86k', expected one of ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("; did you mean 'qemu-system-m68k'?", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("A host-tools/debian.yaml in a directory of --definitions, a copy of ", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_that_there_is_none_of_is_told_with_the_option_that_asked_for_it()
    {
        var refused = Assert.Throws<DefinitionException>(() => Resolver("debian:woody").Find([new EmulatorNeed("qemu-m68k")]));
        Assert.StartsWith("Take one of these, such as --emulators debian:trixie, ", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void The_packages_of_one_program_are_asked_for_and_no_others() => Assert.Equal(
        ["qemu-user", "base-files dash qemu-system-misc", "base-files dash qemu-system-misc u-boot-qemu", "PROGRAM-user"],
        [
            PackagesOf("debian", new EmulatorNeed("qemu-m68k")),
            PackagesOf("debian", new EmulatorNeed("qemu-system-sh4")),
            PackagesOf("debian", new EmulatorNeed("qemu-system-m68k", "u-boot-m68k")),
            PackagesOf("debian:forky", new EmulatorNeed("qemu-m68k")).Replace("qemu-m68k", "PROGRAM", StringComparison.Ordinal),
        ]);

    private string PackagesOf(string request, EmulatorNeed need)
    {
        _tree.Edit("src/host-tools/debian.yaml", "forky: {}", "forky: {emulators: {user: {package: PROGRAM-user, file: usr/bin/PROGRAM}, common: [dash], programs: {q: [qemu-system-m68k]}}}");
        try
        {
            return string.Join(' ', Resolver(request).Of(need).Source!.Packages);
        }
        finally
        {
            _tree.Write("src/host-tools/debian.yaml", DefinitionTree.HostTools);
        }
    }

    private EmulatorResolver Resolver(string request)
    {
        var providers = new HostToolsProviders(null!, null!, new DebianArchive(null!, null!, null), null!, null!, _tree.Read().HostTools);
        return new EmulatorResolver(new HostToolsResolver(null!, providers), providers, HostToolsProviders.Parse(request));
    }
}
