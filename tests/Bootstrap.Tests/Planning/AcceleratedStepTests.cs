using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Planning;

public sealed class AcceleratedStepTests
{
    private static readonly Target M68k = Samples.Target("m68k");

    [Fact]
    public void A_step_is_accelerated_by_what_it_then_needs_and_its_key_says_so()
    {
        var native = Samples.Recipe("sysroot");
        var check = Samples.Recipe("all", "sysroot") with { RunsOn = Machine.Target, Accelerate = true };
        var definitions = Samples.Definitions([M68k], check, native, Samples.Recipe(WellKnownSteps.Accelerator), Samples.Recipe(WellKnownSteps.Prove, "sysroot"));
        var emulated = Planner.Plan(definitions, Samples.Resolution, ["m68k"]).Steps[^1];
        var accelerated = Planner.Plan(definitions.Accelerated(), Samples.Resolution, ["m68k"]).Steps[^1];
        Assert.Equal(["sysroot /"], emulated.Inputs.Select(Shown));
        // Of two programs with one name the last step's counts: the accelerator's.
        Assert.Equal(["sysroot /", "accelerator /", "prove /in/proof"], accelerated.Inputs.Select(Shown));
        Assert.NotEqual(KeyDocument.Of(emulated, _ => Digest.Of("content"), continuedKey: null).Text, KeyDocument.Of(accelerated, _ => Digest.Of("content"), continuedKey: null).Text);

        static string Shown(StepInput input) => $"{input.Step.Name} {input.At}";
    }

    [Fact]
    public void What_does_not_ask_for_it_is_not_accelerated()
    {
        var definitions = Samples.Definitions([M68k], Samples.Recipe("all") with { RunsOn = Machine.Target });
        Assert.Equal(definitions.Recipes["all"].Needs, definitions.Accelerated().Recipes["all"].Needs);
    }
}
