using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Platform;

namespace Bootstrap.Tests.HostTools;

public sealed class SysrootLinksTests : IDisposable
{
    private readonly string _tree = Directory.CreateTempSubdirectory("bootstrap-test-").FullName;

    public SysrootLinksTests()
    {
        Directory.CreateDirectory(Path.Combine(_tree, "usr/bin"));
        File.WriteAllText(Path.Combine(_tree, "usr/bin/gawk"), "");
    }

    public void Dispose() => Directory.Delete(_tree, recursive: true);

    [Fact]
    public void Links_are_made_also_to_each_other_and_in_place_of_what_is_there()
    {
        File.WriteAllText(Path.Combine(_tree, "usr/bin/awk"), "of a package");
        Make(("usr/bin/awk", "gawk"), ("etc/alternatives/awk", "/usr/bin/awk"));
        Assert.Equal("gawk", new FileInfo(Path.Combine(_tree, "usr/bin/awk")).LinkTarget);
        Assert.Equal("/usr/bin/awk", new FileInfo(Path.Combine(_tree, "etc/alternatives/awk")).LinkTarget);
    }

    [Theory]
    [InlineData("usr/bin/awk", "mawk", "nothing is there")]
    [InlineData("usr/bin/awk", "awk", "nothing is there")]
    [InlineData("usr/bin/awk", "../../../../../../etc/hosts", "nothing is there")]
    [InlineData("usr/bin", "gawk", "there is a directory of that name")]
    [InlineData("../awk", "gawk", "lies outside the sysroot")]
    [InlineData("/../../awk", "gawk", "lies outside the sysroot")]
    public void A_link_that_can_not_be_is_a_mistake_of_the_definition(string name, string target, string expected)
    {
        var failure = Assert.Throws<DefinitionException>(() => Make((name, target)));
        Assert.StartsWith("debian.yaml:7:3: ", failure.Message);
        Assert.Contains(expected, failure.Message);
    }

    private void Make(params (string Name, string Target)[] links) => SysrootLinks.Make(_tree, new HostToolsRelease
    {
        Definition = "debian",
        Provider = "debian",
        Name = "trixie",
        Packages = [],
        Links = links.ToImmutableSortedDictionary(link => link.Name, link => link.Target),
        Location = new Location("debian.yaml", 7, 3),
    });
}
