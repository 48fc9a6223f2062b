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

    [Fact]
    public void Of_unsigned_entries_the_shortest_path_is_Debian_s() => Assert.Equal(
        "http://two.example/debian",
        SystemApt.Pick([Entry("http://one.example/runner/debian", "trixie", "main"), Entry("http://two.example/debian", "trixie", "main")])?.Uri);

    [Theory]
    [InlineData("http://snapshot.example/archive/debian/20240101T000000Z/", "")]
    [InlineData("mirror+file:///etc/apt/mirrors/debian.list", "")]
    [InlineData("mirror+https://one.example/list", Keyring)]
    [InlineData("tor+http://one.example/debian", "")]
    [InlineData("http://user:word@one.example:8080/debian", "")]
    [InlineData("http://one.example/debian", "/etc/apt/keyrings/own.gpg /usr/share/keyrings/debian-archive-trixie-stable.asc")]
    [InlineData("http://one.example/debian", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n.\nabc")]
    [InlineData("http://one.example/debian", "4D64FEC119C2029067D6E791F8D2585B8783D481")]
    [InlineData("file:/srv/debian", "")]
    public void Debian_is_known_in_each_form_that_apt_reads_it_by(string uri, string signedBy) =>
        Assert.NotNull(SystemApt.Pick([Entry(uri, "trixie", "main", signedBy)]));

    [Theory]
    [InlineData("http://one.example/ubuntu", "noble", "main", "", "its path does not end in 'debian'")]
    [InlineData("http://one.example/raspbian", "bookworm", "main", "", "its path does not end in 'debian'")]
    [InlineData("http://one.example/debian-security", "trixie-security", "main", Keyring, "other suites than Debian's main archive")]
    [InlineData("http://one.example/debian", "trixie-backports", "main", Keyring, "other suites")]
    [InlineData("http://one.example/debian", "./", "main", Keyring, "other suites")]
    [InlineData("http://one.example/debian", "trixie", "contrib", Keyring, "no component 'main'")]
    [InlineData("http://one.example/linux/debian", "trixie", "main", "/etc/apt/keyrings/other.gpg", "signed by /etc/apt/keyrings/other.gpg")]
    [InlineData("cdrom:[Debian]/debian", "trixie", "main", Keyring, "can't read discs")]
    [InlineData("ssh://one.example/debian", "trixie", "main", Keyring, "can't read discs or use a user's keys")]
    [InlineData("s3://one.example/debian", "trixie", "main", Keyring, "expected a URL of https, http")]
    public void Other_archives_are_not_taken_for_Debian_and_it_is_said_why(string uri, string suite, string component, string signedBy, string expected)
    {
        Assert.Null(SystemApt.Pick([Entry(uri, suite, component, signedBy)]));
        Assert.Contains(expected, SystemApt.Refusal(Entry(uri, suite, component, signedBy)));
    }

    [Theory]
    [InlineData("https://one.example/debian/", "https://one.example/debian")]
    [InlineData("file:///srv/debian", "file:///srv/debian")]
    [InlineData("copy:/srv/debian/", "copy:/srv/debian")]
    [InlineData("mirror+file:/etc/apt/mirrors.txt", "mirror+file:/etc/apt/mirrors.txt")]
    public void A_mirror_of_the_user_is_taken_as_it_is(string given, string expected) => Assert.Equal(expected, SystemApt.Check(given));

    [Theory]
    [InlineData("one.example/debian")]
    [InlineData("https://one.example/debian trixie main")]
    [InlineData("https://one.example/[trusted=yes]")]
    [InlineData("gopher://one.example/debian")]
    [InlineData("http://")]
    [InlineData("http://[::1]/debian")]
    [InlineData("https://one.example/debian?token=abc")]
    [InlineData("https://one.example/debian#abc")]
    [InlineData("")]
    public void A_mirror_that_is_no_URL_is_refused(string given) =>
        Assert.Contains("is not a URL", Assert.Throws<DefinitionException>(() => SystemApt.Check(given)).Message);

    [Theory]
    [InlineData("http://u:p%40ss%2fword@one.example/debian")]
    [InlineData("http://u:pass/word@one.example/debian")]
    [InlineData("http://one.example/debian%0aApt::x")]
    public void A_login_that_apt_would_read_as_a_host_and_a_hidden_line_are_refused_without_being_shown(string given)
    {
        var refused = Assert.Throws<DefinitionException>(() => SystemApt.Check(given)).Message;
        Assert.Contains("apt would take a part of its login for the host", refused);
        Assert.DoesNotContain("one.example", refused);
        Assert.NotNull(SystemApt.Refusal(Entry(given, "trixie", "main", Keyring)));
    }

    private static AptEntry Entry(string uri, string suite, string component, string signedBy = "") => new(uri, [suite], [component], signedBy);
}
