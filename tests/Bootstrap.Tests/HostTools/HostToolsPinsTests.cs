using System.Collections.Immutable;
using Bootstrap.HostTools;
using Bootstrap.Platform;

namespace Bootstrap.Tests.HostTools;

public sealed class HostToolsPinsTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Whole = "{\"debian\": {\"definition\": \"" + Hex + "\", \"key\": \"" + Hex + "\", \"content\": \"" + Hex + "\", ";

    [Fact]
    public void Pins_are_read_as_they_were_written()
    {
        var pin = new HostToolsPin(Digest.Of("d"), Digest.Of("k"), Digest.Of("c"), [new Package("libc6", "2.41-12", Digest.Of("p"))]);
        var read = Assert.Single(HostToolsResolver.Pins.Parse(HostToolsResolver.Pins.Text(ImmutableSortedDictionary<string, HostToolsPin>.Empty.Add("debian", pin))));
        Assert.Equal("debian", read.Key);
        Assert.Equal(pin with { Packages = default }, read.Value with { Packages = default });
        Assert.Equal(pin.Packages.AsEnumerable(), read.Value.Packages);
    }

    [Fact]
    public void A_revision_is_written_only_where_there_is_one()
    {
        var pin = new HostToolsPin(Digest.Of("d"), Digest.Of("k"), Digest.Of("c"), []);
        var pins = ImmutableSortedDictionary<string, HostToolsPin>.Empty.Add("ostree", pin with { Revision = "r" }).Add("path", pin);
        var read = HostToolsResolver.Pins.Parse(HostToolsResolver.Pins.Text(pins));
        Assert.Equal("r", read["ostree"].Revision);
        Assert.Null(read["path"].Revision);
        var text = HostToolsResolver.Pins.Text(pins);
        Assert.DoesNotContain("null", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("\"revision\"", StringComparison.Ordinal) < text.IndexOf("\"packages\"", StringComparison.Ordinal));
    }

    [Fact]
    public void No_pin_is_empty() => Assert.Empty(HostToolsResolver.Pins.Parse(null));

    [Theory]
    [InlineData("-oDebug::NoLocking", "1")]
    [InlineData("../../x", "1")]
    [InlineData("", "1")]
    [InlineData("a\0b", "1")]
    [InlineData("gcc", "--repository=x")]
    [InlineData("gcc", "1 2")]
    public void A_package_that_apt_or_apk_might_take_for_something_else_is_refused(string name, string version)
    {
        var pin = new HostToolsPin(Digest.Of("d"), Digest.Of("k"), Digest.Of("c"), [new Package(name, version, Digest.Of("p"))]);
        var json = HostToolsResolver.Pins.Text(ImmutableSortedDictionary<string, HostToolsPin>.Empty.Add("debian:trixie", pin));
        Assert.Contains("is no package's ", Assert.Throws<StoreException>(() => HostToolsResolver.Pins.Parse(json)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"debian\": null}")]
    [InlineData("{\"debian\": {}}")]
    [InlineData(Whole + "\"packages\": null}}")]
    [InlineData(Whole + "\"packages\": [null]}}")]
    [InlineData(Whole + "\"key\": null, \"packages\": []}}")]
    [InlineData(Whole + "\"packages\": [], \"packages\": []}}")]
    [InlineData(Whole + "\"packages\": [{\"name\": null, \"version\": \"1\", \"sha256\": \"" + Hex + "\"}]}}")]
    [InlineData("{\"debian\": {\"definition\": \"x\", \"key\": \"x\", \"content\": \"x\", \"packages\": []}}")]
    public void A_pin_that_is_none_is_refused_with_its_name(string json) =>
        Assert.Contains("'host-tools'", Assert.Throws<StoreException>(() => HostToolsResolver.Pins.Parse(json)).Message);
}
