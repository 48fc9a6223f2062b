using Bootstrap.HostTools;
using Bootstrap.Platform;

namespace Bootstrap.Tests.HostTools;

public sealed class DebianPackagesTests
{
    [Fact]
    public void Of_what_unpacking_says_on_a_full_disk_the_beginning_is_told() => Assert.Equal(
        ("\n  a\n  b", string.Concat(Enumerable.Range(1, 10).Select(line => $"\n  {line}")) + "\n  and 590 lines more"),
        (DebianProvider.Beginning("a\nb\n"), DebianProvider.Beginning(string.Join('\n', Enumerable.Range(1, 600)))));

    [Fact]
    public void Packages_come_in_the_order_of_their_names_whatever_the_order_of_the_files()
    {
        var (a, b) = (Digest.Of("a"), Digest.Of("b"));
        var packages = DebianProvider.ParsePackages("/d", $"zlib1g 1:1.3 {b}  z.deb\nbash 5.2-1 {a}  b.deb\n");
        Assert.Equal(
            [new PackageFile(new Package("bash", "5.2-1", a), "/d/b.deb"), new PackageFile(new Package("zlib1g", "1:1.3", b), "/d/z.deb")],
            packages.AsEnumerable());
    }
}
