using Bootstrap.HostTools;
using Bootstrap.Platform;
using Bootstrap.Sources.Debian;

namespace Bootstrap.Tests.HostTools;

public sealed class HostToolsRequestTests
{
    [Fact]
    public void A_request_is_a_definition_and_its_release_or_a_path_made_absolute()
    {
        Assert.True(HostToolsProviders.Parse("auto").IsAuto);
        Assert.Equal(new HostToolsRequest("alpine"), HostToolsProviders.Parse("alpine"));
        Assert.Equal(new HostToolsRequest("debian"), HostToolsProviders.Parse("debian"));
        Assert.Equal(new HostToolsRequest("debian", "forky"), HostToolsProviders.Parse("debian:forky"));
        Assert.Equal(new HostToolsRequest("mine", "1.0"), HostToolsProviders.Parse("mine:1.0"));
        Assert.Equal(new HostToolsRequest("path", "/srv/a:b"), HostToolsProviders.Parse("path:/srv/a:b"));
        Assert.Equal(Path.GetFullPath("root.tar"), HostToolsProviders.Parse("path:root.tar").Place);
    }

    [Fact]
    public void An_OSTree_repository_is_a_URL_or_a_path_and_has_a_branch_or_commit()
    {
        Assert.Equal(
            new HostToolsRequest("ostree", "https://example.org/repo#sdk/x86_64/1"), HostToolsProviders.Parse("ostree:https://example.org/repo#sdk/x86_64/1"));
        Assert.Equal(new HostToolsRequest("ostree", "file:///srv/a%20repo#sdk"), HostToolsProviders.Parse("ostree:/srv/a repo#sdk"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("path")]
    [InlineData("path:")]
    [InlineData("auto:3.22")]
    [InlineData("debian:")]
    [InlineData("ostree:/srv/repo")]
    [InlineData("ostree:#sdk")]
    [InlineData("ostree:/srv/repo#")]
    [InlineData("ostree:/srv/repo#--help")]
    public void Anything_else_says_what_was_expected(string text) => Assert.Contains(
        "expected auto, alpine[:RELEASE], debian[:SUITE], path:DIRECTORY-OR-TARBALL, ostree:", Assert.Throws<DefinitionException>(() => HostToolsProviders.Parse(text)).Message);

    [Theory]
    [InlineData("built:9.0")]
    [InlineData("built:")]
    [InlineData("biult")]
    public void What_is_no_choice_of_emulators_is_told_that_they_can_be_built_too(string text)
    {
        var providers = new HostToolsProviders(null!, null!, new DebianArchive(null!, null!, null), null!, null!, System.Collections.Immutable.ImmutableSortedDictionary<string, Bootstrap.Definitions.HostToolsDefinition>.Empty) { Makes = HostToolsProviders.Emulators };
        var refused = Assert.Throws<DefinitionException>(() => providers.ReleaseOf(HostToolsProviders.Parse(text, HostToolsProviders.Emulators)));
        Assert.Contains("expected auto, built, alpine[:RELEASE], debian[:SUITE], path:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_login_of_an_OSTree_repository_would_become_part_of_a_name_and_is_refused()
    {
        var failure = Assert.Throws<DefinitionException>(() => HostToolsProviders.Parse("ostree:https://user:geheim@example.org/repo#sdk"));
        Assert.Contains("ostree:https://***@example.org/repo: a login in the URL", failure.Message);
    }
}
