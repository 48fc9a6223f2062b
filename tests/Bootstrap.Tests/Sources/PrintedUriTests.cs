using Bootstrap.Sources.Debian;

namespace Bootstrap.Tests.Sources;

public sealed class PrintedUriTests
{
    [Fact]
    public void Names_and_sizes_are_read_from_what_apt_prints_among_other_lines()
    {
        var uris = PrintedUri.Parse("""
            Reading package lists...
            NOTICE: 'gmp' packaging is maintained elsewhere
            Need to get 1871 kB of source archives.
            'http://m.example/debian/pool/main/g/gmp/gmp_6.3.0%2bdfsg.orig.tar.xz' gmp_6.3.0+dfsg.orig.tar.xz 1870556 SHA256:bd29
            'http://m.example/debian/pool/main/g/gmp/gmp_6.3.0%2bdfsg-3.dsc' gmp_6.3.0+dfsg-3.dsc 2000 SHA256:0000
            """);
        Assert.Equal([new PrintedUri("gmp_6.3.0+dfsg.orig.tar.xz", 1870556), new PrintedUri("gmp_6.3.0+dfsg-3.dsc", 2000)], uris);
    }
}
