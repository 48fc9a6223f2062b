using Bootstrap.Exporting;
using Bootstrap.Planning;

namespace Bootstrap.Tests.Exporting;

public sealed class StepGroupingTests
{
    [Fact]
    public void Steps_that_share_a_build_tree_become_one_element() => AssertGroups(
        ["configure make", "other"],
        ExportSamples.Step("configure"), ExportSamples.Step("other"), ExportSamples.Step("make").Continuing("configure"));

    [Fact]
    public void What_lies_between_them_is_merged_with_them() => AssertGroups(
        ["before", "configure first second make"],
        ExportSamples.Step("before"),
        ExportSamples.Step("configure", "before"),
        ExportSamples.Step("first", "configure"),
        ExportSamples.Step("second", "first"),
        ExportSamples.Step("make", "second").Continuing("configure"));

    [Fact]
    public void What_comes_before_or_after_them_stays_alone() => AssertGroups(
        ["needed-by-the-last", "configure make", "after-the-first", "after-the-last"],
        ExportSamples.Step("configure"),
        ExportSamples.Step("after-the-first", "configure"),
        ExportSamples.Step("needed-by-the-last"),
        ExportSamples.Step("make", "needed-by-the-last").Continuing("configure"),
        ExportSamples.Step("after-the-last", "make"));

    [Fact]
    public void Build_trees_that_need_each_other_become_one_element()
    {
        var groups = StepGrouping.Of(ExportSamples.Toolchain).Select(Names);
        Assert.Equal(["headers", "gcc libc-start libgcc libc libstdc++", "other", "program"], groups);
    }

    [Fact]
    public void A_chain_of_build_trees_is_one_element() => AssertGroups(
        ["a b c d"],
        ExportSamples.Step("a"),
        ExportSamples.Step("b").Continuing("a"),
        ExportSamples.Step("c", "b"),
        ExportSamples.Step("d", "c").Continuing("b"));

    private static void AssertGroups(string[] expected, params Step[] steps)
    {
        var groups = StepGrouping.Of(new Plan(steps));
        Assert.Equal(expected.Order(StringComparer.Ordinal), groups.Select(Names).Order(StringComparer.Ordinal));
        var done = new HashSet<StepId>();
        foreach (var group in groups)
        {
            Assert.All(group.Steps.SelectMany(step => step.Dependencies), id => Assert.True(group.Holds(id) || done.Contains(id)));
            done.UnionWith(group.Steps.Select(step => step.Id));
        }
    }

    private static string Names(StepGroup group) => string.Join(' ', group.Steps.Select(step => step.Id.Name));
}
