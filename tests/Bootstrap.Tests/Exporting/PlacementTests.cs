using Bootstrap.Exporting;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Exporting;

public sealed class PlacementTests
{
    private static readonly Step[] Makers = [.. new[] { "a", "b", "c" }.Select(name => ExportSamples.Step(name))];

    [Fact]
    public void A_tree_that_is_alone_in_its_place_is_staged_by_BuildStream()
    {
        var step = ExportSamples.Step("all").At("/in/a", "a").At("/in/b", "b");
        var placement = Of(step);
        Assert.Equal([("host-tools", "/"), ("sandbox", "/bootstrap"), ("m68k/a", "/in/a"), ("m68k/b", "/in/b")], placement.Staged.AsEnumerable());
        Assert.Empty(placement.Layers(step));
    }

    [Fact]
    public void What_lies_over_each_other_is_laid_by_commands_in_the_order_of_the_plan()
    {
        var step = ExportSamples.Step("all", "c", "a").At("/in", "b", "a").At("/x", "a");
        var placement = Of(step);
        Assert.Equal(
            [
                ("host-tools", "/"), ("sandbox", "/bootstrap"), ("m68k/a", "/x"),
                ("m68k/c", "/bootstrap/inputs/m68k/c"), ("m68k/a", "/bootstrap/inputs/m68k/a"), ("m68k/b", "/bootstrap/inputs/m68k/b"),
            ],
            placement.Staged.AsEnumerable());
        Assert.Equal([("m68k/c", "/"), ("m68k/a", "/"), ("m68k/b", "/in"), ("m68k/a", "/in")], Laid(placement, step));
    }

    [Fact]
    public void A_place_within_another_one_is_laid_after_it()
    {
        var step = ExportSamples.Step("all").At("/in/x", "a").At("/in", "b").At("/inner", "c");
        Assert.Equal([("m68k/b", "/in"), ("m68k/a", "/in/x")], Laid(Of(step), step));
    }

    [Fact]
    public void On_the_target_the_first_tree_is_the_root_file_system()
    {
        var step = ExportSamples.Step("all").At("/in", "c").At("/", "b", "a").OnTarget();
        var placement = Of(step);
        Assert.Equal(("m68k/b", "/"), placement.Staged[0]);
        Assert.Equal([("m68k/a", "/")], Laid(placement, step));
    }

    [Fact]
    public void In_one_sandbox_each_step_finds_its_own_inputs_and_what_the_steps_before_it_have_made()
    {
        Step[] steps =
        [
            ExportSamples.Step("first").At("/src", "a").At("/in", "b"),
            ExportSamples.Step("second", "first").At("/src", "a").At("/in", "c").Continuing("first"),
        ];
        var group = new StepGroup([.. steps]);
        var placement = Of(group, steps);
        Assert.Equal(
            [
                ("host-tools", "/"), ("sandbox", "/bootstrap"), ("m68k/a", "/src"),
                ("m68k/b", "/bootstrap/inputs/m68k/b"), ("m68k/c", "/bootstrap/inputs/m68k/c"),
            ],
            placement.Staged.AsEnumerable());
        Assert.Equal([("m68k/b", "/in")], Laid(placement, steps[0]));
        Assert.Equal(["/bootstrap/results/m68k/first", "/bootstrap/inputs/m68k/c"], placement.Layers(steps[1]).Select(layer => layer.Tree));
    }

    private static Placement Of(Step step) => Of(new StepGroup([step]), step);

    private static Placement Of(StepGroup group, params Step[] steps)
    {
        var inputs = new StepInputs(new Plan([.. Makers, .. steps]), new Dictionary<Digest, string>());
        return new Placement(group, step => inputs.Of(step, group));
    }

    private static IEnumerable<(string Path, string At)> Laid(Placement placement, Step step) => placement.Layers(step).Select(layer => (layer.Path, layer.At));
}
