using Bootstrap.Exporting;
using Bootstrap.Planning;

namespace Bootstrap.Tests.Exporting;

public sealed class ExportScopeTests
{
    [Fact]
    public void What_boots_a_machine_is_left_out_with_all_that_depends_on_it() => AssertLeftOut(
        ["m68k/check runs in a booted machine", "m68k/report needs m68k/check", "m68k/release needs m68k/report"],
        ExportSamples.Step("image"),
        ExportSamples.Step("check", "image").Booting(),
        ExportSamples.Step("report", "check"),
        ExportSamples.Step("other", "image"),
        ExportSamples.Step("release", "report", "other"));

    [Fact]
    public void A_machine_that_is_booted_between_two_steps_of_one_build_tree_leaves_all_of_them_out() => AssertLeftOut(
        [
            "m68k/configure its build tree hangs together with m68k/check, which runs in a booted machine",
            "m68k/check its build tree hangs together with m68k/check, which runs in a booted machine",
            "m68k/make its build tree hangs together with m68k/check, which runs in a booted machine",
        ],
        ExportSamples.Step("configure"),
        ExportSamples.Step("check", "configure").Booting(),
        ExportSamples.Step("make", "check").Continuing("configure"));

    [Fact]
    public void Steps_of_one_build_tree_with_different_root_file_systems_are_left_out() => AssertLeftOut(
        [
            "m68k/configure its build tree hangs together with steps that have another root file system",
            "m68k/make its build tree hangs together with steps that have another root file system",
        ],
        ExportSamples.Step("sysroot"),
        ExportSamples.Step("configure", "sysroot"),
        ExportSamples.Step("make", "sysroot").OnTarget().Continuing("configure"));

    [Fact]
    public void A_step_on_the_target_without_a_root_file_system_is_left_out() => AssertLeftOut(
        ["m68k/lost needs nothing that could be its root file system"],
        ExportSamples.Step("sysroot"),
        ExportSamples.Step("lost").At("/in", "sysroot").OnTarget());

    private static void AssertLeftOut(string[] expected, params Step[] steps)
    {
        var scope = ExportScope.Of(new Plan(steps));
        Assert.Equal(expected, scope.LeftOut.Select(left => $"{left.Step.Id} {left.Reason}"));
        Assert.Equal(steps.Length, scope.LeftOut.Length + scope.Groups.Sum(group => group.Steps.Length));
    }
}
