using Bootstrap.Sources.Debian;

namespace Bootstrap.Tests.Sources;

public sealed class AptStateTests
{
    [Fact]
    public void Proxies_and_clock_settings_are_carried_over_and_nothing_else()
    {
        var carried = AptState.Carried("""
            Acquire "";
            Acquire::AllowInsecureRepositories "1";
            Acquire::http "";
            Acquire::http::Proxy "http://proxy.example:3142";
            Acquire::https::Verify-Peer "false";
            Acquire::IndexTargets::deb::Packages::MetaKey "$(COMPONENT)";
            Acquire::Check-Valid-Until "false";
            Acquire::Check-Date "false";
            acquire::check-valid-until "no";
            Acquire::http::Proxy::one.example "DIRECT";
            Acquire::http::Proxy-Auto-Detect "/usr/local/bin/find-proxy";
            Acquire::Languages:: "none";
            Acquire::httpx::Proxy "x";
            """);
        Assert.Equal(
            [
                "Acquire::http::Proxy \"http://proxy.example:3142\";", "Acquire::https::Verify-Peer \"false\";",
                "Acquire::Check-Valid-Until \"false\";", "Acquire::Check-Date \"false\";",
                "acquire::check-valid-until \"no\";", "Acquire::http::Proxy::one.example \"DIRECT\";",
                "Acquire::http::Proxy-Auto-Detect \"/usr/local/bin/find-proxy\";",
            ],
            carried);
    }

    [Fact]
    public void A_carried_setting_never_makes_an_unsigned_archive_trusted()
    {
        var lines = AptState.Configuration("/d", "arm64", ["Acquire::AllowInsecureRepositories \"1\";"]).Split('\n');
        Assert.Equal("Acquire::AllowInsecureRepositories \"false\";", lines.Last(line => line.StartsWith("Acquire::AllowInsecure", StringComparison.Ordinal)));
        Assert.Contains("APT::Architecture \"arm64\";", lines);
        Assert.DoesNotContain(lines, line => line.Contains("/etc/apt", StringComparison.Ordinal));
    }
}
