using System.Text.RegularExpressions;
using Bootstrap.HostTools;

namespace Bootstrap.Tests.HostTools;

public sealed class HostToolsRegistryTests
{
    // The reader of definitions knows their two forms; "debian" is a key of sources, OSTree a form of publication and a program, and
    // a path a key of BuildStream's elements.
    private static readonly string[] OtherThings =
    [
        "src/Bootstrap/Definitions/", "src/Bootstrap/Publishing/", "src/Bootstrap/Exporting/", "src/Bootstrap/Platform/HostProgram.cs", "src/Bootstrap.Cli/Commands/Publi",
    ];

    [Fact]
    public void Nothing_but_a_provider_s_own_file_knows_its_name()
    {
        foreach (var kind in HostToolsProviders.All)
        {
            var naming = Checkout.Files("src", "*.cs").Where(path => Regex.IsMatch(Checkout.Read(path), $"\"{kind.Name}[\":]"))
                .Where(path => !OtherThings.Any(other => path.Contains(other, StringComparison.Ordinal)))
                .ToList();
            Assert.True(naming.Count == 1, $"'{kind.Name}' stands in {string.Join(", ", naming)}");
        }
    }

    [Fact]
    public void Providers_and_their_options_have_names_of_their_own()
    {
        Assert.Distinct(HostToolsProviders.All.Select(kind => kind.Name).Append(HostToolsRequest.Auto.Name));
        Assert.Distinct(HostToolsProviders.All.SelectMany(kind => kind.Options).Select(option => option.Name));
        Assert.All(HostToolsProviders.All, kind => Assert.True(kind.OfRelease is null != kind.AtPlace is null, $"'{kind.Name}' takes a release or a place, not both"));
    }

    [Fact]
    public void Packages_have_the_names_that_mirrors_give_their_files_and_URLs_that_bills_of_materials_give_them()
    {
        var (alpine, debian, path) = (HostToolsProviders.Kind("alpine")!, HostToolsProviders.Kind("debian")!, HostToolsProviders.Kind("path")!);
        Assert.Equal("gcc-13-r0.apk", alpine.FileName(new Package("gcc", "13-r0", default)));
        Assert.Equal("alpine-minirootfs-3.22.1.tar.gz", alpine.FileName(new Package("alpine-minirootfs", "3.22.1", default)));
        Assert.Equal("libc6_1%3a2.41-12.deb", debian.FileName(new Package("libc6", "1:2.41-12", default)));
        Assert.Equal("pkg:apk/alpine/g%2B%2B@13-r0", alpine.PackageUrl("g++", "13-r0"));
        Assert.Equal("pkg:deb/debian/libc6@1%3A2.41-12", debian.PackageUrl("libc6", "1:2.41-12"));
        Assert.Null(path.PackageUrl("x", "1"));
    }
}
