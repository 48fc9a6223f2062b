using Bootstrap.Execution;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Execution;

public sealed class JobserverTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-test-").FullName;

    public void Dispose() => TreeRemover.Remove(_directory);

    [Fact]
    public async Task No_more_tokens_are_given_than_there_are_jobs()
    {
        using var jobserver = Make(2);
        await jobserver.TakeAsync();
        await jobserver.TakeAsync();
        var third = jobserver.TakeAsync();
        Assert.False(third.IsCompleted);
        jobserver.Return();
        await third;
    }

    [Fact]
    public async Task Tokens_that_a_killed_make_kept_are_made_good()
    {
        using var jobserver = Make(3);
        ReadTokens(3);
        var starving = jobserver.TakeAsync();
        jobserver.Nudge();
        await starving;
        jobserver.Refill();
        Assert.Equal(2, ReadTokens(3));
    }

    [Fact]
    public void Tokens_too_many_are_taken_away()
    {
        using var jobserver = Make(3);
        jobserver.Nudge();
        jobserver.Refill();
        Assert.Equal(3, ReadTokens(10));
    }

    private Jobserver Make(int jobs) => new(Path.Combine(_directory, "fifo"), jobs);

    /// <summary>Reads as a make does; one token is there at least.</summary>
    private int ReadTokens(int most)
    {
        using var fifo = new FileStream(Path.Combine(_directory, "fifo"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        return fifo.Read(new byte[most]);
    }
}
