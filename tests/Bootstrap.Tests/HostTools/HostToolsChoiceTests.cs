using Bootstrap.HostTools;
using Bootstrap.Platform;

namespace Bootstrap.Tests.HostTools;

public sealed class HostToolsChoiceTests
{
    [Fact]
    public void A_choice_is_a_provider_and_for_a_path_the_absolute_path()
    {
        Assert.Equal(new HostToolsChoice("debian", null), HostToolsChoice.Parse("debian"));
        Assert.Equal(new HostToolsChoice("path", "/srv/a:b"), HostToolsChoice.Parse("path:/srv/a:b"));
        Assert.Equal(Path.GetFullPath("root.tar"), HostToolsChoice.Parse("path:root.tar").Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("path")]
    [InlineData("path:")]
    [InlineData("Debian")]
    [InlineData("debian:trixie")]
    public void Anything_else_says_what_was_expected(string text) =>
        Assert.Contains("expected 'debian' or 'path:", Assert.Throws<DefinitionException>(() => HostToolsChoice.Parse(text)).Message);
}
