using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Tests.Planning;

namespace Bootstrap.Tests.Execution;

public sealed class PrioritiesTests
{
    [Fact]
    public void What_the_longest_chain_waits_for_is_the_most_urgent()
    {
        var target = Samples.Target("m68k");
        var definitions = Samples.Definitions(
            [target],
            Samples.Recipe("all", "compiler", "manual").With("T", "${triplet}"),
            Samples.Recipe("compiler", "assembler").With("T", "${triplet}"),
            Samples.Recipe("assembler").With("T", "${triplet}"),
            Samples.Recipe("manual").With("T", "${triplet}"));
        var plan = Planner.Plan(definitions, Samples.Resolution, ["m68k"]);
        var seconds = new Dictionary<string, int> { ["all"] = 1, ["compiler"] = 500, ["assembler"] = 60, ["manual"] = 90 };

        var remaining = Priorities.LongestRemaining(plan, seconds.ToDictionary(
            step => new StepId("m68k", step.Key), step => TimeSpan.FromSeconds(step.Value)));

        Assert.Equal(561, remaining[new StepId("m68k", "assembler")].TotalSeconds);
        Assert.Equal(501, remaining[new StepId("m68k", "compiler")].TotalSeconds);
        Assert.Equal(91, remaining[new StepId("m68k", "manual")].TotalSeconds);
    }

    [Fact]
    public void A_step_that_never_ran_counts_as_long_as_most_do()
    {
        var definitions = Samples.Definitions([Samples.Target("m68k")], Samples.Recipe("all"));
        var plan = Planner.Plan(definitions, Samples.Resolution, ["m68k"]);
        Assert.Equal([Priorities.Unknown], Priorities.LongestRemaining(plan, new Dictionary<StepId, TimeSpan>()).Values);
    }
}
