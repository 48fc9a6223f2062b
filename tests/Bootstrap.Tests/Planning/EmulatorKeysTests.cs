using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Planning;

/// <summary>Which emulators a plan needs, and what they do to its keys: with two CPUs, each of which has a machine.</summary>
public sealed class EmulatorKeysTests
{
    private static readonly Recipe[] Recipes =
    [
        Samples.Recipe("cross").With("TRIPLET", "${triplet}"),
        Samples.Recipe("check", "cross") with { RunsOn = Machine.Target },
        Samples.Recipe("boot", "check") with { RunsOn = Machine.System },
        Samples.Recipe("all", "boot"),
    ];

    [Theory]
    [InlineData(null, "qemu-m68k", "qemu-system-m68k")]
    [InlineData("boot", "qemu-m68k", "qemu-system-m68k")]
    [InlineData("check", "qemu-m68k")]
    [InlineData("cross")]
    public void A_plan_needs_the_emulators_of_its_steps_alone(string? to, params string[] expected) => Assert.Equal(
        expected, Planner.ToResolve(Definitions, ["m68k"], to).Emulators.Select(need => need.Program).Order(StringComparer.Ordinal));

    [Fact]
    public void Each_target_needs_its_own_and_a_boot_program_with_its_machine()
    {
        var needs = Planner.ToResolve(Definitions, ["m68k", "riscv64"], null).Emulators;
        Assert.Equal(["qemu-m68k", "qemu-riscv64", "qemu-system-m68k", "qemu-system-riscv64"], needs.Select(need => need.Program).Order(StringComparer.Ordinal));
        Assert.Equal("u-boot-riscv64", needs.Single(need => need.Firmware is not null).Firmware);
    }

    [Fact]
    public void A_target_has_the_same_keys_alone_and_beside_another()
    {
        var beside = Keys(["m68k", "riscv64"]);
        Assert.All(Keys(["m68k"]), key => Assert.Equal(key.Value, beside[key.Key]));
    }

    [Theory]
    [InlineData("qemu-m68k", "m68k/check")]
    [InlineData("qemu-system-m68k", "m68k/boot")]
    [InlineData("qemu-system-riscv64", "riscv64/boot")]
    public void Another_emulator_gives_other_keys_to_the_steps_that_run_by_it_and_to_no_other(string program, string changed)
    {
        var (before, after) = (Keys(["m68k", "riscv64"]), Keys(["m68k", "riscv64"], program));
        Assert.Equal([changed], before.Where(key => after[key.Key] != key.Value).Select(key => key.Key));
    }

    [Fact]
    public void A_recipe_can_name_the_versions_by_which_it_and_what_it_needs_are_run()
    {
        var named = Samples.Recipe("named", "check").With("BY", "${emulators}");
        var both = Samples.Recipe("both", "boot").With("BY", "${emulators}");
        var definitions = Definitions with { Recipes = Definitions.Recipes.Add("named", named).Add("both", both) };
        var resolved = Resolved(["m68k"], null);
        resolved = resolved with { Emulators = resolved.Emulators.ToImmutableDictionary(each => each.Key, each => each.Value with { Version = $"{each.Key.Program} 10.0" }) };
        var steps = Planner.Plan(definitions, resolved, ["m68k"], "named").Steps.Concat(Planner.Plan(definitions, resolved, ["m68k"], "both").Steps);
        Assert.Equal(["qemu-m68k 10.0", "qemu-m68k 10.0; qemu-system-m68k 10.0"], steps.Where(step => step.Environment.ContainsKey("BY")).Select(step => step.Environment["BY"]));
    }

    // Of its inputs' contents a key has what the recipes made, which is the same here whatever made it.
    private static ImmutableSortedDictionary<string, Digest> Keys(string[] targets, string? renewed = null) =>
        Planner.Plan(Definitions, Resolved(targets, renewed), targets).Steps.ToImmutableSortedDictionary(
            step => step.Id.ToString(), step => KeyDocument.Of(step, id => Digest.Of(id.ToString()), continuedKey: null).Key, StringComparer.Ordinal);

    private static Resolution Resolved(string[] targets, string? renewed) => Samples.Resolution with
    {
        Emulators = Planner.ToResolve(Definitions, targets, null).Emulators.ToImmutableDictionary(need => need, need => new EmulatorTree(
            Digest.Of(need.Program == renewed ? $"{need.Program} of another version" : need.Program), $"usr/bin/{need.Program}", need.Firmware is null ? null : $"usr/lib/{need.Firmware}")),
    };

    private static DefinitionSet Definitions
    {
        get
        {
            var (m68k, riscv64) = (Samples.Target("m68k") with { Emulator = "m68k" }, Samples.Target("riscv64") with { Emulator = "riscv64" });
            var definitions = Samples.Definitions([m68k, riscv64], Recipes);
            Emulator Of(string name, Firmware? firmware) => definitions.Emulators["cpu"] with
            {
                Name = name,
                UserProgram = $"qemu-{name}",
                System = Samples.VirtualMachine with { Program = $"qemu-system-{name}", Firmware = firmware },
            };
            return definitions with
            {
                Emulators = definitions.Emulators.Add("m68k", Of("m68k", null)).Add("riscv64", Of("riscv64", new Firmware("u-boot-riscv64", "kernel"))),
            };
        }
    }
}
