using Bootstrap.HostTools;
using Bootstrap.Platform;

namespace Bootstrap.Tests.HostTools;

public sealed class HostToolsChoiceTests
{
    [Fact]
    public void A_choice_is_a_definition_and_its_release_or_a_path_made_absolute()
    {
        Assert.Equal(HostToolsChoice.Auto, HostToolsChoice.Parse("auto"));
        Assert.Equal(new HostToolsChoice("alpine", null), HostToolsChoice.Parse("alpine"));
        Assert.Equal(new HostToolsChoice("debian", null), HostToolsChoice.Parse("debian"));
        Assert.Equal(new HostToolsChoice("debian", null, "forky"), HostToolsChoice.Parse("debian:forky"));
        Assert.Equal(new HostToolsChoice("mine", null, "1.0"), HostToolsChoice.Parse("mine:1.0"));
        Assert.Equal(new HostToolsChoice("path", "/srv/a:b"), HostToolsChoice.Parse("path:/srv/a:b"));
        Assert.Equal(Path.GetFullPath("root.tar"), HostToolsChoice.Parse("path:root.tar").Path);
    }

    [Fact]
    public void An_OSTree_repository_is_a_URL_or_a_path_and_has_a_branch_or_commit()
    {
        Assert.Equal(
            new HostToolsChoice("ostree", "https://example.org/repo", "sdk/x86_64/1"), HostToolsChoice.Parse("ostree:https://example.org/repo#sdk/x86_64/1"));
        Assert.Equal(new HostToolsChoice("ostree", "file:///srv/a%20repo", "sdk"), HostToolsChoice.Parse("ostree:/srv/a repo#sdk"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("path")]
    [InlineData("path:")]
    [InlineData("auto:3.22")]
    [InlineData("debian:")]
    [InlineData("ostree:/srv/repo")]
    [InlineData("ostree:#sdk")]
    [InlineData("ostree:/srv/repo#")]
    [InlineData("ostree:/srv/repo#--help")]
    public void Anything_else_says_what_was_expected(string text) =>
        Assert.Contains(
            "expected auto, alpine or debian (or alpine:RELEASE, debian:SUITE), path:", Assert.Throws<DefinitionException>(() => HostToolsChoice.Parse(text)).Message);
}
