using Bootstrap.Platform;
using Bootstrap.Sources.Debian;

namespace Bootstrap.Tests.Sources;

public sealed class SystemAptTests
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    [Fact]
    public void The_archive_signed_by_Debian_is_picked_wherever_it_stands()
    {
        var mirror = SystemApt.Pick([
            Entry("http://other.example/debian", "trixie", "main"),
            Entry("http://security.example/debian-security", "trixie-security", "main", Keyring),
            Entry("http://cache.example/proxied/", "trixie", "main", Keyring),
        ]);
        Assert.Equal("http://cache.example/proxied/", mirror?.Uri);
    }

    [Fact]
    public void An_unsigned_entry_is_known_by_its_path() =>
        Assert.Equal("http://one.example/pub/debian/", SystemApt.Pick([Entry("http://one.example/pub/debian/", "stable", "main")])?.Uri);

    [Theory]
    [InlineData("http://one.example/ubuntu", "noble", "main", "")]
    [InlineData("http://one.example/debian-security", "trixie-security", "main", Keyring)]
    [InlineData("http://one.example/debian", "trixie-backports", "main", Keyring)]
    [InlineData("http://one.example/debian", "trixie", "contrib", Keyring)]
    [InlineData("http://one.example/linux/debian", "trixie", "main", "/etc/apt/keyrings/other.gpg")]
    [InlineData("cdrom:[Debian]/debian", "trixie", "main", Keyring)]
    public void Other_archives_are_not_taken_for_Debian(string uri, string suite, string component, string signedBy) =>
        Assert.Null(SystemApt.Pick([Entry(uri, suite, component, signedBy)]));

    [Theory]
    [InlineData("https://one.example/debian/", "https://one.example/debian")]
    [InlineData("file:///srv/debian", "file:///srv/debian")]
    public void A_mirror_of_the_user_is_taken_as_it_is(string given, string expected) => Assert.Equal(expected, SystemApt.Check(given));

    [Theory]
    [InlineData("one.example/debian")]
    [InlineData("https://one.example/debian trixie main")]
    [InlineData("https://one.example/[trusted=yes]")]
    [InlineData("gopher://one.example/debian")]
    [InlineData("")]
    public void A_mirror_that_is_no_URL_is_refused(string given) =>
        Assert.Contains("is not a URL", Assert.Throws<DefinitionException>(() => SystemApt.Check(given)).Message);

    private static AptEntry Entry(string uri, string suite, string component, string signedBy = "") => new(uri, [suite], [component], signedBy);
}
