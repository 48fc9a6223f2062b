using Bootstrap.HostTools;
using Bootstrap.Platform;

namespace Bootstrap.Tests.HostTools;

public sealed class HostToolsRequestTests
{
    [Fact]
    public void A_request_is_a_definition_and_its_release_or_a_path_made_absolute()
    {
        Assert.True(HostToolsRequest.Parse("auto").IsAuto);
        Assert.Equal(new HostToolsRequest("alpine"), HostToolsRequest.Parse("alpine"));
        Assert.Equal(new HostToolsRequest("debian"), HostToolsRequest.Parse("debian"));
        Assert.Equal(new HostToolsRequest("debian", "forky"), HostToolsRequest.Parse("debian:forky"));
        Assert.Equal(new HostToolsRequest("mine", "1.0"), HostToolsRequest.Parse("mine:1.0"));
        Assert.Equal(new HostToolsRequest("path", "/srv/a:b"), HostToolsRequest.Parse("path:/srv/a:b"));
        Assert.Equal(Path.GetFullPath("root.tar"), HostToolsRequest.Parse("path:root.tar").Place);
    }

    [Fact]
    public void An_OSTree_repository_is_a_URL_or_a_path_and_has_a_branch_or_commit()
    {
        Assert.Equal(
            new HostToolsRequest("ostree", "https://example.org/repo#sdk/x86_64/1"), HostToolsRequest.Parse("ostree:https://example.org/repo#sdk/x86_64/1"));
        Assert.Equal(new HostToolsRequest("ostree", "file:///srv/a%20repo#sdk"), HostToolsRequest.Parse("ostree:/srv/a repo#sdk"));
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
        "expected auto, alpine[:RELEASE], debian[:SUITE], path:DIRECTORY-OR-TARBALL, ostree:", Assert.Throws<DefinitionException>(() => HostToolsRequest.Parse(text)).Message);
}
