using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Sources;
using Bootstrap.Store;
using Bootstrap.Tests.Planning;
using Bootstrap.Tests.Platform;
using Bootstrap.Tests.Sources;

namespace Bootstrap.Tests.Execution;

public sealed class BuilderTests : IDisposable
{
    private static readonly SandboxHost BeforeLinux67 = new("/usr/bin/bwrap", "/usr/bin:/bin", 4711) { BinfmtProblem = "not permitted" };

    private readonly TemporaryDirectory _directory = new();
    private readonly NotingObserver _observer = new();
    private readonly ProcessRunner _processes = new();
    private readonly ArtifactStore _store;
    private readonly Step _emulated = Samples.Step() with { RunsOn = Machine.Target, Inputs = [], Continues = null };

    public BuilderTests()
    {
        _store = ArtifactStore.Open(_directory["store"]);
        var program = Path.Combine(_store.Steps.TreeOf(_emulated.Emulator!.Value), _emulated.Emulated!.Program);
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.WriteAllText(program, "#!/bin/sh\nexit 1\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
    }

    public void Dispose()
    {
        _processes.Dispose();
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_build_whose_last_steps_could_not_be_emulated_is_refused_before_its_first_step()
    {
        var refused = await Assert.ThrowsAsync<HostException>(() => BuildAsync(keepGoing: false));
        Assert.StartsWith("This kernel has no private binfmt_misc, and the programs of qemu-m68k would be run by ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("> /proc/sys/fs/binfmt_misc/register", refused.Hint, StringComparison.Ordinal);
        Assert.Empty(_observer.Events);
    }

    [Fact]
    public async Task One_that_keeps_going_builds_what_needs_no_emulator()
    {
        var result = await BuildAsync(keepGoing: true);
        Assert.False(result.Succeeded);
        Assert.NotEmpty(_observer.Events.OfType<RunStarted>());
    }

    private async Task<BuildResult> BuildAsync(bool keepGoing)
    {
        using var fetcher = new SourceFetcher(_store, null!, TestSources.Impatient, null!);
        var builder = new Builder(_store, new Sandbox(_processes) { Host = BeforeLinux67 }, null!, fetcher) { Jobs = 1, KeepGoing = keepGoing };
        return await builder.RunAsync(new Plan([_emulated]), "m68k", _observer, CancellationToken.None);
    }
}
