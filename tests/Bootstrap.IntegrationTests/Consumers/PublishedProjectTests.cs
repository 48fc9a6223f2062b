using Bootstrap.IntegrationTests.Publishing;

namespace Bootstrap.IntegrationTests.Consumers;

/// <summary>A published project, built by BuildStream.</summary>
public sealed class PublishedProjectTests : IDisposable
{
    private readonly Publication _publication = new();

    public void Dispose() => _publication.Dispose();

    [Fact]
    public async Task BuildStream_imports_the_toolchain_that_is_chosen_and_the_host_tools()
    {
        BuildStream.Require();
        await _publication.PublishAsAsync("buildstream", "m68k");
        _publication.Write("usr/bin/gcc", "another compiler", 0b111_101_101);
        await _publication.PublishAsAsync("buildstream", "sh4");

        await BuildStream.RunAsync(_publication.Directory, "--option", "target", "sh4", "build", "toolchain.bst", "host-tools.bst");

        await BuildStream.RequireSameAsync(_publication.Tree, _publication.Directory, "toolchain/sh4.bst");
        await BuildStream.RequireSameAsync(_publication.Tree, _publication.Directory, "host-tools.bst");
    }
}
