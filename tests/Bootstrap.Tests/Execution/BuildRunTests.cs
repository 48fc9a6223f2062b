using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Execution;

public sealed class BuildRunTests : IDisposable
{
    private static readonly (string, string[])[] TwoBranches =
        [("bad", []), ("good", []), ("after-bad", ["bad"]), ("after-good", ["good"]), ("all", ["after-bad", "after-good"])];

    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-test-").FullName;
    private readonly CancellationTokenSource _interruption = new();
    private readonly Dictionary<string, int> _seconds = [];
    private BuildRun? _run;

    public void Dispose()
    {
        _interruption.Dispose();
        TreeRemover.Remove(_directory);
    }

    [Fact]
    public async Task With_keep_going_only_what_depends_on_the_failed_step_is_skipped()
    {
        var runner = new MemoryRunner { Commands = (name, _) => name == "bad" ? throw new BuildException("it is bad") : Task.CompletedTask };
        var outcomes = await RunAsync(MemoryRunner.Plan(TwoBranches), runner, jobs: 1, keepGoing: true);
        Assert.Equal(["bad Failed", "good Built", "after-bad Skipped", "after-good Built", "all Skipped"], outcomes);
    }

    [Fact]
    public async Task A_step_that_fills_the_job_server_is_named_and_holds_nothing_up()
    {
        var runner = new MemoryRunner
        {
            Commands = (name, _) => name != "bad" ? Task.CompletedTask
                : File.WriteAllTextAsync(Directory.GetFiles(_directory).Single(), new string('+', 60_000), CancellationToken.None),
        };
        var observer = new NotingObserver(_ => { });

        var outcomes = await RunAsync(MemoryRunner.Plan(TwoBranches), runner, jobs: 1, observer: observer).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.All(outcomes, outcome => Assert.EndsWith("Built", outcome, StringComparison.Ordinal));
        Assert.NotEmpty(observer.Events.OfType<Noticed>());
        Assert.All(observer.Events.OfType<Noticed>(), notice => Assert.Matches("^One of .*m68k/bad.* put [0-9]+ tokens into the job server", notice.Text));
    }

    [Fact]
    public async Task Without_keep_going_nothing_new_begins_after_a_failure_and_what_runs_ends()
    {
        var (begun, failed) = (new TaskCompletionSource(), new TaskCompletionSource());
        var runner = new MemoryRunner
        {
            Commands = async (name, _) =>
            {
                if (name == "bad")
                {
                    await begun.Task;
                    throw new BuildException("it is bad");
                }

                begun.SetResult();
                await failed.Task;
            },
        };
        var observer = new NotingObserver(happened =>
        {
            if (happened is StepEnded { Outcome.Status: StepStatus.Failed })
                failed.SetResult();
        });
        var outcomes = await RunAsync(MemoryRunner.Plan(TwoBranches), runner, jobs: 2, observer: observer);
        Assert.Equal(["bad Failed", "good Built", "after-bad Skipped", "after-good Cancelled", "all Cancelled"], outcomes);
        Assert.Equal("it is bad", observer.Events.OfType<StepEnded>().Single(ended => ended.Outcome.Error is not null).Outcome.Error!.Message);
        Assert.Null(_run!.Fault);
    }

    [Fact]
    public async Task A_source_that_cannot_be_fetched_fails_its_step_only()
    {
        var plan = new Plan(MemoryRunner.Plan(("source", []), ("other", [])).Steps
            .Select(step => step.Id.Name == "source" ? step with { Fetch = new PinnedSource(null!, SourceVariant.Upstream) } : step));
        var runner = new MemoryRunner { Fetching = (_, _) => throw new BuildException("no such server") };
        Assert.Equal(["source Failed", "other Built"], await RunAsync(plan, runner, jobs: 1, keepGoing: true));
        Assert.Equal(["other"], runner.Begun);
    }

    [Fact]
    public async Task An_interruption_ends_all_that_runs_and_waits_for_it()
    {
        var runner = Endless(after: 2, _interruption.Cancel);
        var outcomes = await RunAsync(Independent(5), runner, jobs: 2);
        Assert.All(outcomes, outcome => Assert.EndsWith(" Cancelled", outcome, StringComparison.Ordinal));
        Assert.Equal((5, 2), (outcomes.Length, runner.Begun.Count));
        Assert.Null(_run!.Fault);
    }

    [Fact]
    public async Task What_ended_before_the_interruption_keeps_its_outcome()
    {
        var runner = new MemoryRunner { Commands = (name, cancel) => name == "first" ? Task.CompletedTask : Interrupted(cancel) };
        Assert.Equal(["first Built", "second Cancelled"], await RunAsync(MemoryRunner.Plan(("first", []), ("second", ["first"])), runner, jobs: 1));

        Task Interrupted(CancellationToken cancel)
        {
            _interruption.Cancel();
            return Task.Delay(Timeout.Infinite, cancel);
        }
    }

    [Fact]
    public async Task What_the_longest_chain_waits_for_runs_first()
    {
        foreach (var (name, seconds) in new[] { ("assembler", 60), ("compiler", 500), ("manual", 90), ("all", 1) })
            _seconds.Add(name, seconds);

        var runner = new MemoryRunner();
        await RunAsync(MemoryRunner.Plan(("manual", []), ("assembler", []), ("compiler", ["assembler"]), ("all", ["compiler", "manual"])), runner, jobs: 1);
        Assert.Equal(["assembler", "compiler", "manual", "all"], runner.Begun);
    }

    [Fact]
    public async Task A_step_that_never_ran_counts_as_long_as_most_do()
    {
        (_seconds["short"], _seconds["long"]) = (29, 31);
        var runner = new MemoryRunner();
        await RunAsync(MemoryRunner.Plan(("short", []), ("unknown", []), ("long", [])), runner, jobs: 1);
        Assert.Equal(["long", "unknown", "short"], runner.Begun);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_more_steps_run_at_once_than_there_are_jobs(int jobs)
    {
        var runner = new MemoryRunner { Commands = (_, cancel) => Task.Delay(2, cancel) };
        await RunAsync(Independent(20), runner, jobs);
        Assert.Equal((20, jobs), (runner.Begun.Count, runner.MostAtOnce));
    }

    [Fact]
    public async Task A_step_that_another_process_makes_is_waited_for_without_a_token_and_taken_over()
    {
        var plan = MemoryRunner.Plan(("theirs", []), ("ours", []));
        var (theirs, made) = (KeyOf(plan.Steps[0]), new TaskCompletionSource());
        MemoryRunner? runner = null;
        runner = new MemoryRunner
        {
            Others = key => key == theirs ? made.Task : Task.CompletedTask,
            Commands = (_, _) =>
            {
                runner!.Put(theirs);
                made.SetResult();
                return Task.CompletedTask;
            },
        };
        _seconds["theirs"] = 500;
        var observer = new NotingObserver();
        Assert.Equal(["theirs Cached", "ours Built"], await RunAsync(plan, runner, jobs: 1, observer: observer));
        Assert.Equal("m68k/theirs waits for another process that is making it.", Assert.Single(observer.Events.OfType<Noticed>()).Text);
    }

    [Fact]
    public async Task An_interruption_ends_the_wait_for_another_process()
    {
        var runner = new MemoryRunner { Others = _ => Task.Delay(Timeout.Infinite) };
        var observer = new NotingObserver(happened =>
        {
            if (happened is Noticed)
                _interruption.Cancel();
        });
        Assert.Equal(["one Cancelled"], await RunAsync(MemoryRunner.Plan(("one", [])), runner, jobs: 1, observer: observer));
    }

    [Fact]
    public async Task An_exception_in_the_loop_ends_all_that_runs_and_is_the_one_that_is_told()
    {
        var look = 0;
        var runner = Endless(after: int.MaxValue, () => { }, looked: _ =>
        {
            // The dry run looks once for each step; the first begins after one look, the second look of the run fails.
            if (++look == 3 + 2)
                throw new InvalidDataException("the store is damaged");
        });
        var outcomes = await RunAsync(Independent(3), runner, jobs: 2);
        Assert.Equal(["0 Cancelled", "1 Cancelled", "2 Cancelled"], outcomes);
        Assert.Equal("the store is damaged", _run!.Fault!.SourceException.Message);
    }

    [Fact]
    public async Task An_exception_in_the_observer_ends_all_that_runs_and_is_the_one_that_is_told()
    {
        var runner = new MemoryRunner { Commands = (name, cancel) => name == "0" ? Task.CompletedTask : Task.Delay(Timeout.Infinite, cancel) };
        var observer = new NotingObserver(happened => throw new IOException($"the terminal is gone at {happened.GetType().Name}"));
        var outcomes = await RunAsync(Independent(4), runner, jobs: 2, keepGoing: true, observer: observer);
        Assert.Equal(["0 Built", "1 Cancelled", "2 Cancelled", "3 Cancelled"], outcomes);
        Assert.Equal("the terminal is gone at StepEnded", _run!.Fault!.SourceException.Message);
    }

    [Fact]
    public async Task An_exception_in_a_timer_ends_all_that_runs_and_is_the_one_that_is_told()
    {
        var outcomes = await RunAsync(
            Independent(2), Endless(after: int.MaxValue, () => { }), jobs: 2, regularly: () => throw new IOException("the disk is gone"));
        Assert.Equal(["0 Cancelled", "1 Cancelled"], outcomes);
        Assert.Equal("the disk is gone", _run!.Fault!.SourceException.Message);
    }

    [Fact]
    public async Task A_defect_in_a_step_ends_all_that_runs_though_it_was_to_keep_going()
    {
        var runner = new MemoryRunner { Commands = (name, cancel) => name == "0" ? throw new InvalidOperationException("a defect") : Task.Delay(Timeout.Infinite, cancel) };
        Assert.Equal(["0 Cancelled", "1 Cancelled", "2 Cancelled"], await RunAsync(Independent(3), runner, jobs: 2, keepGoing: true));
        Assert.Equal("a defect", _run!.Fault!.SourceException.Message);
    }

    [Fact]
    public async Task What_the_dry_run_found_is_not_looked_up_again()
    {
        var plan = MemoryRunner.Plan(("first", []), ("second", ["first"]));
        var looks = new List<Digest>();
        var runner = new MemoryRunner { Looked = looks.Add };
        await RunAsync(plan, runner, jobs: 1);
        looks.Clear();
        Assert.Equal(["first Cached", "second Cached"], await RunAsync(plan, runner, jobs: 1));
        Assert.Equal(2, looks.Count);
    }

    [Fact]
    public async Task A_build_tree_is_dropped_when_the_last_step_that_goes_on_in_it_has_its_artifact()
    {
        var steps = MemoryRunner.Plan(("compile", []), ("libgcc", []), ("libstdc++", [])).Steps;
        var compile = steps[0] with { ContinuedBy = [steps[1].Id, steps[2].Id] };
        var plan = new Plan([compile, .. steps.Skip(1).Select(step => step with { Continues = compile.Id })]);
        var runner = new MemoryRunner { Commands = (name, _) => name == "libstdc++" ? throw new BuildException("no") : Task.CompletedTask };
        await RunAsync(plan, runner, jobs: 1, keepGoing: true);
        Assert.Empty(runner.DroppedTrees);

        var whole = new MemoryRunner();
        await RunAsync(plan, whole, jobs: 1);
        Assert.Equal([KeyOf(compile)], whole.DroppedTrees);
    }

    private static Plan Independent(int count) => MemoryRunner.Plan([.. Enumerable.Range(0, count).Select(number => ($"{number}", Array.Empty<string>()))]);

    private static Digest KeyOf(Step step) => KeyDocument.Of(step, _ => throw new InvalidOperationException(), null).Key;

    /// <summary>Its steps end only if they are ended; something happens when so many run.</summary>
    private static MemoryRunner Endless(int after, Action then, Action<Digest>? looked = null)
    {
        var begun = 0;
        return new MemoryRunner
        {
            Looked = looked ?? (_ => { }),
            Commands = (_, cancel) =>
            {
                if (Interlocked.Increment(ref begun) == after)
                    then();

                return Task.Delay(Timeout.Infinite, cancel);
            },
        };
    }

    /// <summary>Whatever became of the run: nothing runs then, no key is claimed, and all tokens are back.</summary>
    private async Task<string[]> RunAsync(
        Plan plan, MemoryRunner runner, int jobs, bool keepGoing = false, NotingObserver? observer = null, Action? regularly = null)
    {
        using var jobserver = new Jobserver(Path.Combine(_directory, Path.GetRandomFileName()), jobs);
        _run = new BuildRun(
            new DryRun(plan, runner.Find),
            _seconds.ToDictionary(step => new StepId("m68k", step.Key), step => TimeSpan.FromSeconds(step.Value)),
            runner,
            jobserver,
            keepGoing,
            observer ??= new NotingObserver())
        {
            Regularly = regularly is null ? null : (regularly, TimeSpan.FromMilliseconds(1)),
        };
        var outcomes = await _run.RunAsync(_interruption.Token).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((0, 0), (runner.Running, runner.Claimed));
        await Task.WhenAll(Enumerable.Range(0, jobs).Select(_ => jobserver.TakeAsync())).WaitAsync(TimeSpan.FromSeconds(20));
        return [.. outcomes.Select(outcome => $"{outcome.Step.Id.Name} {outcome.Status}")];
    }
}
