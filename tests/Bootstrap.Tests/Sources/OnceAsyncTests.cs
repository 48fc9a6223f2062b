using Bootstrap.Sources;

namespace Bootstrap.Tests.Sources;

public sealed class OnceAsyncTests
{
    [Fact]
    public async Task All_who_ask_at_once_get_one_look_up()
    {
        var (lookUps, answer) = (0, new TaskCompletionSource<string>());
        var once = new OnceAsync<string>(() =>
        {
            lookUps++;
            return answer.Task;
        });
        var asked = Enumerable.Range(0, 3).Select(_ => once.GetAsync(CancellationToken.None)).ToList();
        answer.SetResult("found");
        Assert.Equal(["found", "found", "found"], await Task.WhenAll(asked));
        Assert.Equal("found", await once.GetAsync(CancellationToken.None));
        Assert.Equal(1, lookUps);
    }

    [Fact]
    public async Task One_who_gives_up_waiting_takes_nothing_from_the_others()
    {
        var answer = new TaskCompletionSource<string>();
        var once = new OnceAsync<string>(() => answer.Task);
        using var cancel = new CancellationTokenSource();
        var (impatient, patient) = (once.GetAsync(cancel.Token), once.GetAsync(CancellationToken.None));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        answer.SetResult("found");
        Assert.Equal("found", await patient);
    }

    [Fact]
    public async Task A_look_up_that_failed_is_made_again()
    {
        var failures = new Queue<Task<string>>([Task.FromException<string>(new IOException()), Task.FromCanceled<string>(new CancellationToken(true)), Task.FromResult("found")]);
        var once = new OnceAsync<string>(failures.Dequeue);
        await Assert.ThrowsAsync<IOException>(() => once.GetAsync(CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => once.GetAsync(CancellationToken.None));
        Assert.Equal("found", await once.GetAsync(CancellationToken.None));
    }
}
