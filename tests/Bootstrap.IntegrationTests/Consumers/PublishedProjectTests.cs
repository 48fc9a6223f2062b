using Bootstrap.IntegrationTests.Publishing;
using Bootstrap.Publishing;
using Bootstrap.Publishing.BuildStream;

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
        await PublishAsync("m68k");
        _publication.Write("usr/bin/gcc", "another compiler", 0b111_101_101);
        await PublishAsync("sh4");

        await BuildStream.RunAsync(_publication.Directory, "--option", "target", "sh4", "build", "toolchain.bst", "host-tools.bst");

        await BuildStream.RequireSameAsync(_publication.Tree, _publication.Directory, "toolchain/sh4.bst");
        await BuildStream.RequireSameAsync(_publication.Tree, _publication.Directory, "host-tools.bst");
    }

    private async Task PublishAsync(string target)
    {
        var published = _publication.Published(target);
        await new BuildStreamPublisher(_publication.Processes).PublishAsync(
            [published], new PublishedSysroot("host-tools", published.Tree, published.Manifest), _publication.Directory, null, null, CancellationToken.None);
    }
}
