using Bootstrap.IntegrationTests.Engine;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.IntegrationTests.Consumers;

/// <summary>An exported plan, built by BuildStream and by the program itself.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class ExportedPlanTests(SmallWorld world) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-consumed-").FullName;

    // The host name and the names of users are BuildStream's; its steps share no jobserver.
    private const string Surroundings =
        "umask > /out/umask; id -u > /out/id; env | sed '/^MAKEFLAGS=/d' | sort > /out/environment; ls -A /usr/bin > /out/programs";

    private string Project => Path.Combine(_directory, "project");

    public void Dispose() => TreeRemover.Remove(_directory);

    [Fact]
    public async Task BuildStream_makes_of_each_step_what_the_program_makes()
    {
        BuildStream.Require();
        var checkout = world.Checkout();
        SmallToolchain.WriteTo(checkout, Surroundings);
        await checkout.BuildAsync();
        var (exported, _, error) = await checkout.RunAsync("export", "buildstream", Project, "toy");
        Assert.True(exported == 0, error);

        await BuildStream.RunAsync(Project, "build");

        using var store = ArtifactStore.Open(checkout.Store);
        foreach (var step in (string[])["headers", "tool", "compiler", "first", "second", "all"])
        {
            var ours = Path.Combine(store.Root, "trees", store.History.LastBuilds("toy", step)[0].Content.Hex, "tree");
            await BuildStream.RequireSameAsync(ours, Project, $"toy/{step}.bst");
        }
    }
}
