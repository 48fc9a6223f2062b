using Bootstrap.Sources.Debian;

namespace Bootstrap.Tests.Sources;

public sealed class AptEntryTests
{
    [Fact]
    public void A_deb822_file_gives_an_entry_for_each_URI_of_each_stanza()
    {
        var entries = AptEntry.Parse("debian.sources", """
            # A comment.
            Types: deb deb-src
            URIs: http://one.example/debian http://two.example/debian
            # Another one.
            Suites: trixie
             trixie-updates
            Components: main contrib
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            types: deb
            uris: http://three.example/debian-security
            suites: trixie-security
            components: main
            """).ToList();
        Assert.Equal(["http://one.example/debian", "http://two.example/debian", "http://three.example/debian-security"], entries.Select(entry => entry.Uri));
        Assert.Equal(["trixie", "trixie-updates"], entries[0].Suites.AsEnumerable());
        Assert.Equal(["main", "contrib"], entries[0].Components.AsEnumerable());
        Assert.Equal("/usr/share/keyrings/debian-archive-keyring.gpg", entries[0].SignedBy);
        Assert.Equal("", entries[2].SignedBy);
    }

    [Theory]
    [InlineData("Types: deb-src\nURIs: http://one.example/debian\nSuites: trixie\nComponents: main\n")]
    [InlineData("Types: deb\nEnabled: no\nURIs: http://one.example/debian\nSuites: trixie\nComponents: main\n")]
    [InlineData("Types: deb\nEnabled: OFF\nURIs: http://one.example/debian\nSuites: trixie\nComponents: main\n")]
    [InlineData("Types: deb\r\nEnabled: 0\r\nURIs: http://one.example/debian\r\nSuites: trixie\r\nComponents: main\r\n")]
    public void A_stanza_that_is_disabled_or_for_sources_only_gives_none(string text) => Assert.Empty(AptEntry.Parse("x.sources", text));

    [Fact]
    public void A_key_written_into_the_stanza_is_read_as_the_signer()
    {
        var entry = Assert.Single(AptEntry.Parse("x.sources", "Types: deb\nURIs: http://one.example/x\nSuites: trixie\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n"));
        Assert.StartsWith("-----BEGIN", entry.SignedBy);
    }

    [Fact]
    public void One_line_entries_are_read_with_and_without_options()
    {
        var entries = AptEntry.Parse("sources.list", """
            # deb http://commented.example/debian trixie main
            deb http://one.example/debian trixie main contrib # a remark
            deb [ arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg ] http://two.example/debian trixie main
            deb-src http://three.example/debian trixie main
            deb	http://tabs.example/debian	sid	main
            deb broken
            deb cdrom:[Debian GNU/Linux 13 _Trixie_ - Official amd64]/ trixie main
            """).ToList();
        Assert.Equal(
            ["http://one.example/debian", "http://two.example/debian", "http://tabs.example/debian", "broken", "cdrom:[Debian GNU/Linux 13 _Trixie_ - Official amd64]/"],
            entries.Select(entry => entry.Uri));
        Assert.Equal([2, 3, 5, 6, 7], entries.Select(entry => int.Parse(entry.Place["sources.list:".Length..])));
        Assert.Equal(["trixie"], entries[4].Suites.AsEnumerable());
        Assert.Equal(["main", "contrib"], entries[0].Components.AsEnumerable());
        Assert.Equal("/usr/share/keyrings/debian-archive-keyring.gpg", entries[1].SignedBy);
    }

    [Theory]
    [InlineData("x.list", "deb [check-valid-until=no trusted=yes Check-Date=no allow-insecure=yes] http://one.example/debian/20240101T000000Z trixie main")]
    [InlineData("x.sources", "Types: deb\nURIs: http://one.example/debian/20240101T000000Z\nSuites: trixie\nComponents: main\nCheck-Valid-Until: no\nCheck-Date: no\nTrusted: yes\nAllow-Insecure: yes")]
    public void What_an_entry_says_of_time_is_kept_and_what_it_says_of_trust_is_not(string file, string text) =>
        Assert.Equal(["check-valid-until=no", "check-date=no"], Assert.Single(AptEntry.Parse(file, text)).Options.AsEnumerable());

    [Fact]
    public void Each_stanza_is_known_by_its_first_line()
    {
        var entries = AptEntry.Parse("/etc/apt/x.sources", "# A comment.\n\nTypes: deb\nURIs: http://a.example\nSuites: ./\n\n\n# Another.\nTypes: deb\nURIs: http://b.example\n");
        Assert.Equal(["/etc/apt/x.sources:3", "/etc/apt/x.sources:9"], entries.Select(entry => entry.Place));
    }
}
