using System.Diagnostics;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.IntegrationTests.Engine;

[Collection(SmallWorldGroup.Name)]
public sealed class InterruptionTests
{
    private readonly SmallCheckout _checkout;

    /// <summary>The name of a program that no other process on this host bears.</summary>
    private readonly string _marker = $"m{Guid.NewGuid():N}";

    public InterruptionTests(SmallWorld world)
    {
        _checkout = world.Checkout();
        _checkout.Recipe("all", $"""
            ln -s /usr/bin/sleep {_marker}
            ./{_marker} 0.2 &
            for i in 1 2 3 4 5 6 7 8; do mkdir -p /out/$i; echo $i > /out/$i/file; done
            wait
            """);
    }

    [Fact]
    public async Task A_build_killed_at_any_moment_leaves_a_whole_store_and_no_process()
    {
        await _checkout.RunAsync("plan", "toy");
        for (var i = 0; i < KillCount.Value; i++)
        {
            WriteSmallSteps(i);
            using var build = _checkout.Start("build", "toy");
            await Task.Delay(Random.Shared.Next(1500));
            build.Kill();
            await build.WaitForExitAsync();
            await AssertNothingRunsAsync();
            using var store = ArtifactStore.Open(_checkout.Store);
            Assert.Empty(store.Verify(Advance.Unwatched).Damages);
            Assert.Empty(Directory.GetDirectories(Path.Combine(_checkout.Store, "work")));
        }

        await _checkout.BuildAsync();
        Assert.Empty(await _checkout.BuildAsync());
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task An_interrupted_build_ends_with_exit_code_130_and_leaves_no_process(string signal)
    {
        _checkout.Recipe("all", $"ln -s /usr/bin/sleep {_marker}\n./{_marker} 600");
        await InterruptAsync(signal, "build", "toy");
        Assert.False(IsRunning());
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task An_interrupted_comparison_leaves_neither_a_process_of_the_second_build_nor_its_store(string signal)
    {
        _checkout.Recipe("all", $"ln -s /usr/bin/sleep {_marker}\ncase $MAKEFLAGS in -j3*) ./{_marker} 600;; esac");
        await InterruptAsync(signal, "verify", "toy", "--reproducible", "--jobs", "2");
        await AssertNothingRunsAsync();
        // Removing it may take longer than anybody who presses Ctrl-C wants to wait.
        ArtifactStore.Open(_checkout.Store).Dispose();
        Assert.Empty(Directory.GetDirectories(Path.Combine(_checkout.Store, "work"), "reproducible-*"));
    }

    [Theory]
    [InlineData("gc", "toy")]
    [InlineData("store", "verify")]
    [InlineData("build", "toy")]
    [InlineData("publish", "toy", "--to", "tar", "never written")]
    public async Task A_lock_that_another_process_holds_is_named_and_waiting_for_it_can_be_interrupted(params string[] arguments)
    {
        _checkout.Recipe("all", "true");
        await _checkout.BuildAsync();
        var file = Path.Combine(_checkout.Store, "locks", "removal");
        using var held = FileLock.Exclusive(file);
        using var waiting = _checkout.Start(arguments);
        Assert.Equal($"bootstrap: waiting for another process, which holds '{file}' ('fuser -v {file}' names it).", await waiting.StandardError.ReadLineAsync());
        await InterruptAsync("-INT", waiting);
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task What_hears_of_no_interruption_is_ended_within_a_second(string signal)
    {
        var checkout = new SmallCheckout(_checkout.Directory, Path.Combine(_checkout.Directory, "store"));
        using (var store = ArtifactStore.Open(checkout.Store))
        {
            // To read all of it takes minutes.
            using var large = File.Create(Path.Combine(checkout.Store, "blobs", Digest.Of("large").Hex));
            large.SetLength(200L << 30);
        }

        using var verifying = checkout.Start("store", "verify");
        await Task.Delay(TimeSpan.FromSeconds(2));
        await InterruptAsync(signal, verifying);
    }

    private static async Task InterruptAsync(string signal, Process process)
    {
        var clock = Stopwatch.StartNew();
        Process.Start("kill", [signal, $"{process.Id}"]).WaitForExit();
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        // A second, on a machine that has nothing else to do.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private async Task InterruptAsync(string signal, params string[] arguments)
    {
        using var build = _checkout.Start(arguments);
        while (!IsRunning())
        {
            Assert.False(build.HasExited, "The build ended before it was interrupted.");
            await Task.Delay(20);
        }

        Process.Start("kill", [signal, $"{build.Id}"]).WaitForExit();
        await build.WaitForExitAsync();
        Assert.Equal(130, build.ExitCode);
    }

    /// <summary>Steps that no earlier build has made, one of which keeps its build tree for another: there is always something to kill.</summary>
    private void WriteSmallSteps(int number)
    {
        foreach (var step in (string[])["one", "two", "three"])
            _checkout.Recipe(step, $"mkdir -p /out/usr; for i in 1 2 3 4 5 6 7 8; do echo {number} $i > /out/usr/{step}-$i; done; mkdir kept; echo {number} > kept/file");
        _checkout.Recipe("more", $"cat kept/file > /out/file; rm -r kept; ln -s /usr/bin/sleep {_marker}; ./{_marker} 0.1", "needs: [one, two]\ncontinues: three");
        _checkout.Recipe("all", "cp /usr/one-1 /out/; cp /more/file /out/", "needs: [one, two, {step: more, at: /more}]");
    }

    /// <summary>The kernel ends a killed sandbox by itself, a moment after its owner.</summary>
    private async Task AssertNothingRunsAsync()
    {
        for (var attempt = 0; IsRunning(); attempt++)
        {
            Assert.True(attempt < 250, "A process of the build is still there after five seconds.");
            await Task.Delay(20);
        }
    }

    private bool IsRunning() => Directory.EnumerateDirectories("/proc").Any(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(_marker, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
