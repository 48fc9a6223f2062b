using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Bootstrap.Definitions;
using Bootstrap.Definitions.Reading;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Tests.Planning;

namespace Bootstrap.Tests.Execution;

/// <summary>Processor time is the whole process's: these run while no others do.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ScaleGroup
{
    public const string Name = "scale";
}

[Collection(ScaleGroup.Name)]
public sealed partial class ScaleTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-test-").FullName;

    public void Dispose() => TreeRemover.Remove(_directory);

    [Fact]
    public async Task Sixty_targets_of_45_steps_are_planned_and_run_in_two_seconds_of_processor_time()
    {
        var targets = Enumerable.Range(0, 60).Select(number => Samples.Target($"t{number}")).ToList();
        var definitions = Samples.Definitions(targets, [.. Layers(9, 5)]);
        var before = ProcessorTimeUsed();
        var plan = Planner.Plan(definitions, Samples.Resolution, targets.Select(target => target.Name));
        var planned = ProcessorTimeUsed() - before;
        var runner = new MemoryRunner();
        using var jobserver = new Jobserver(Path.Combine(_directory, "jobserver"), 8);
        var run = new BuildRun(new DryRun(plan, runner.Find), new Dictionary<StepId, TimeSpan>(), runner, jobserver, keepGoing: false, new NotingObserver());
        var outcomes = await run.RunAsync(CancellationToken.None);
        var all = ProcessorTimeUsed() - before;

        output.WriteLine($"{plan.Steps.Length} steps: planned in {planned.TotalSeconds:0.00} s, planned and run in {all.TotalSeconds:0.00} s of processor time");
        Assert.Equal((60 * 45, 60 * 45), (outcomes.Length, runner.Begun.Count));
        Assert.InRange(all.TotalSeconds, 0, 2);
    }

    // By the clock of this thread, so that neither the compiler nor other tests count: four times as long a chain takes four times as long,
    // and sixteen times where something is quadratic.
    [Fact]
    public void A_chain_four_times_as_long_is_checked_planned_and_looked_up_in_about_four_times_the_time()
    {
        PlanChain(20_000);
        var (part, whole) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var attempt = 0; attempt < 5; attempt++)
            (part, whole) = (Least(part, 5_000), Least(whole, 20_000));

        output.WriteLine($"a chain of 5,000 steps: {part.TotalSeconds:0.00} s, of 20,000: {whole.TotalSeconds:0.00} s of processor time");
        Assert.InRange(whole / part, 0, 9);
    }

    private static TimeSpan Least(TimeSpan known, int length)
    {
        GC.Collect();
        var before = ThreadTimeUsed();
        PlanChain(length);
        var used = ThreadTimeUsed() - before;
        return used < known ? used : known;
    }

    private static void PlanChain(int length)
    {
        Recipe[] chain = [.. Enumerable.Range(0, length).Select(number => Recipe($"r{number}", number == 0 ? [] : [$"r{number - 1}"]))];
        var definitions = Samples.Definitions([Samples.Target("m68k") with { Goals = [chain[^1].Name] }], chain);
        var problems = new Problems();
        CycleCheck.Run(definitions.Recipes, problems);
        problems.ThrowIfAny();
        Assert.Empty(Unresolved.Of(definitions, ["m68k"], null).Sources);
        var plan = Planner.Plan(definitions, Samples.Resolution, ["m68k"]);
        var runner = new MemoryRunner();
        Assert.Equal(length, plan.Closure(plan.Steps[^1]).Count());
        Assert.Equal(length - 1, new DryRun(plan, runner.Find).Steps.Count(step => step.Key is null));
    }

    /// <summary>Each step of a layer needs all of the layer below; the last is the goal.</summary>
    private static IEnumerable<Recipe> Layers(int layers, int width) =>
        from layer in Enumerable.Range(0, layers)
        from number in Enumerable.Range(0, width)
        let last = (layer, number) == (layers - 1, width - 1)
        let below = layer == 0 ? [] : Enumerable.Range(0, width).Select(each => $"l{layer - 1}-{each}")
        let beside = last ? Enumerable.Range(0, width - 1).Select(each => $"l{layer}-{each}") : []
        select Recipe(last ? "all" : $"l{layer}-{number}", [.. below, .. beside]);

    private static Recipe Recipe(string name, string[] needs) => Samples.Recipe(name, needs).With("TARGET", "${triplet}") with { Commands = name };

    // CLOCK_THREAD_CPUTIME_ID, clock_gettime(2).
    private static unsafe TimeSpan ThreadTimeUsed()
    {
        var used = stackalloc long[2];
        Assert.Equal(0, ClockGetTime(3, used));
        return TimeSpan.FromSeconds(used[0]) + TimeSpan.FromTicks(used[1] / TimeSpan.NanosecondsPerTick);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int ClockGetTime(int clock, long* used);

    private static TimeSpan ProcessorTimeUsed()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
