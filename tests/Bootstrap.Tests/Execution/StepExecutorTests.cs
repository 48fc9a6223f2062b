using Bootstrap.Execution;
using Bootstrap.Platform;
using Bootstrap.Store;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Execution;

public sealed class StepExecutorTests : IDisposable
{
    private static readonly Digest Producer = Digest.Of("producer");

    private readonly TemporaryDirectory _directory = new();
    private readonly NotingObserver _observer = new();
    private readonly ArtifactStore _store;
    private readonly StepExecutor _executor;

    public StepExecutorTests()
    {
        _store = ArtifactStore.Open(_directory["store"]);
        _executor = new StepExecutor(_store, null!, null!, null!, "m68k", _observer, null!);
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_can_t_be_removed_is_told_and_does_not_fail_the_run()
    {
        Directory.Move(_store.Root, _directory["moved"]);

        _executor.DropBuildTree(Producer);
        await _executor.RemovedAsync();

        Assert.StartsWith("A directory that is needed no more stays: ", Assert.Single(_observer.Events.OfType<Noticed>()).Text, StringComparison.Ordinal);
        Directory.Move(_directory["moved"], _store.Root);
    }

    [Fact]
    public async Task A_step_is_not_claimed_while_the_build_tree_that_it_goes_on_in_is_being_made()
    {
        Task<IDisposable> claiming;
        using (await _store.LockAsync(Producer, CancellationToken.None))
        {
            claiming = _executor.ClaimAsync(Digest.Of("user"), Producer, CancellationToken.None);
            Assert.False(claiming.IsCompleted);
        }

        (await claiming).Dispose();
    }
}
