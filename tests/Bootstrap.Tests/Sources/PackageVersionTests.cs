using Bootstrap.Sources.Debian;

namespace Bootstrap.Tests.Sources;

public sealed class PackageVersionTests
{
    [Theory]
    [InlineData("linux-source-6.12_6.12.117-1_all.deb", "6.12.117")]
    [InlineData("glibc_2.41.orig.tar.xz", "2.41")]
    [InlineData("gmp_6.3.0+dfsg.orig.tar.xz", "6.3.0+dfsg")]
    [InlineData("busybox-static_1%3a1.37.0-6+b3_amd64.deb", "1.37.0")]
    [InlineData("base-passwd_3.6.7_amd64.deb", "3.6.7")]
    public void The_upstream_version_is_read_from_the_name_of_a_file(string file, string expected) =>
        Assert.Equal(expected, PackageVersion.UpstreamIn(file));
}
