using Bootstrap.HostTools;

namespace Bootstrap.Tests.HostTools;

public sealed class ApkTests
{
    [Theory]
    [InlineData("gcc-13.2.1_git20240309-r0.0a1b2c3d.apk", "gcc", "13.2.1_git20240309-r0")]
    [InlineData("e2fsprogs-extra-1.47.0-r5.apk", "e2fsprogs-extra", "1.47.0-r5")]
    [InlineData("libstdc++-dev-13.2-r1.00000000.apk", "libstdc++-dev", "13.2-r1")]
    [InlineData("py3-2to3-1-r0.apk", "py3-2to3", "1-r0")]
    public void A_file_s_name_says_package_and_version(string file, string name, string version) =>
        Assert.Equal((name, version), Apk.ParseFileName(file));

    [Theory]
    [InlineData("APKINDEX.0a1b2c3d.tar.gz")]
    [InlineData("gcc-13.2.1.apk")]
    [InlineData("-1-r0.apk")]
    [InlineData("../gcc-1-r0.apk")]
    [InlineData("gcc-1/2-r0.apk")]
    public void Other_names_are_none(string file) => Assert.Null(Apk.ParseFileName(file));
}
