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
        expected, Unresolved.Of(Definitions, ["m68k"], to).Emulators.Select(need => need.Program).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("x86_64", 64, false, 62, false)]
    [InlineData("aarch64", 64, false, 183, false)]
    [InlineData("x86_64", 64, false, 183, true)]
    [InlineData("aarch64", 64, false, 62, true)]
    [InlineData("aarch64", 64, true, 183, true)] // aarch64_be
    [InlineData("x86_64", 32, false, 62, true)] // x32
    [InlineData("x86_64", 32, false, 3, true)] // i386
    public void Steps_of_a_target_whose_CPU_is_the_build_machines_own_run_without_an_emulator(string machine, int bits, bool bigEndian, int elf, bool emulated)
    {
        var build = machine == "x86_64" ? BuildMachine.X64 : BuildMachine.Arm64;
        var cpu = Definitions.Emulators["m68k"] with { Elf = new ElfIdentity(bits, bigEndian, elf) };
        var definitions = Definitions with { Emulators = Definitions.Emulators.SetItem("m68k", cpu) };
        string[] expected = emulated ? ["qemu-m68k", "qemu-system-m68k"] : ["qemu-system-m68k"];
        Assert.Equal(expected, Unresolved.Of(definitions, ["m68k"], null, machine: build).Emulators.Select(need => need.Program).Order(StringComparer.Ordinal));

        var check = Planner.Plan(definitions, Resolved(["m68k"], null) with { Machine = build }, ["m68k"], "check").Steps[^1];
        var key = KeyDocument.Of(check, id => Digest.Of(id.ToString()), continuedKey: null).Text;
        Assert.Equal((emulated, emulated), (check.Emulated is not null, key.Contains("emulat", StringComparison.Ordinal)));
    }

    [Fact]
    public void Each_target_needs_its_own_and_a_boot_program_with_its_machine()
    {
        var needs = Unresolved.Of(Definitions, ["m68k", "riscv64"], null).Emulators;
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
    public void A_recipe_can_name_the_emulators_by_which_it_and_what_it_needs_are_run()
    {
        var named = Samples.Recipe("named", "check").With("BY", "${emulators}");
        var both = Samples.Recipe("both", "boot").With("BY", "${emulators}");
        var definitions = Definitions with { Recipes = Definitions.Recipes.Add("named", named).Add("both", both) };
        var resolved = Resolved(["m68k"], null);
        resolved = resolved with { Emulators = resolved.Emulators.ToImmutableDictionary(each => each.Key, each => each.Value with { Version = $"{each.Key.Program} 10.0" }) };
        var steps = Planner.Plan(definitions, resolved, ["m68k"], "named").Steps.Concat(Planner.Plan(definitions, resolved, ["m68k"], "both").Steps);
        string Said(string program) => $"{program} 10.0, tree {resolved.Emulators.Single(each => each.Key.Program == program).Value.Content!.Value.Abbreviated}";
        Assert.Equal(
            [Said("qemu-m68k"), $"{Said("qemu-m68k")}; {Said("qemu-system-m68k")}"],
            steps.Where(step => step.Environment.ContainsKey("BY")).Select(step => step.Environment["BY"]));
    }

    [Fact]
    public void A_built_emulator_is_a_step_before_those_that_run_by_it_and_gives_a_key_its_content_alone()
    {
        var steps = Planner.Plan(WithBuilders, Built, ["m68k"]).Steps.ToDictionary(step => step.Id.Name);
        Assert.Equal("m68k/emulator-user", steps["check"].EmulatorStep!.ToString());
        Assert.Equal("usr/bin/qemu-m68k", steps["check"].Emulated!.Program);
        Assert.Equal("m68k/emulator-system", steps["boot"].EmulatorStep!.ToString());
        Assert.Contains(steps["emulator-user"].Id, steps["check"].Dependencies);

        // As if the pinned tree had the same files.
        Digest Content(StepId id) => Digest.Of(id.Name == "emulator-user" ? "qemu-m68k" : id.ToString());
        var pinned = Planner.Plan(WithBuilders, Resolved(["m68k"], null), ["m68k"]).Steps;
        Assert.DoesNotContain(pinned, step => step.Id.Name.StartsWith("emulator-", StringComparison.Ordinal));
        foreach (var step in pinned.Where(step => step.Booted is null))
            Assert.Equal(KeyDocument.Of(step, Content, null).Key, KeyDocument.Of(steps[step.Id.Name], Content, null).Key);
    }

    [Fact]
    public void What_builds_an_emulator_is_resolved_with_it_and_only_if_it_is_built()
    {
        var definitions = WithBuilders with { Recipes = WithBuilders.Recipes.SetItem("emulator-user", Builder("emulator-user") with { Sources = ["zlib"] }) };
        Assert.Equal(["zlib"], Unresolved.Of(definitions, ["m68k"], "check", buildsEmulators: true).Sources.Select(source => source.Name));
        Assert.Equal(["emulator-user"], Unresolved.Of(definitions, ["m68k"], "check", buildsEmulators: true).Recipes.Select(recipe => recipe.Name));
        Assert.Empty(Unresolved.Of(definitions, ["m68k"], "check").Sources);
        Assert.Empty(Unresolved.Of(definitions, ["m68k"], "check").Recipes);
        Assert.Empty(Unresolved.Of(definitions, ["m68k"], "cross", buildsEmulators: true).Recipes);
    }

    [Fact]
    public void An_emulator_that_needs_an_emulator_is_refused()
    {
        var definitions = WithBuilders with { Recipes = WithBuilders.Recipes.SetItem("emulator-user", Samples.Recipe("emulator-user", "check")) };
        var refused = Assert.Throws<DefinitionException>(() => Unresolved.Of(definitions, ["m68k"], null, buildsEmulators: true));
        Assert.Equal("sample.yaml:1:1: 'check' runs on the target, and 'emulator-user' needs it, which builds the emulator for that.", refused.Message);
    }

    [Fact]
    public void Only_a_recipe_with_packages_of_its_own_has_other_host_tools()
    {
        var steps = Planner.Plan(WithBuilders, Built with { HostToolsOf = Built.HostToolsOf.Add("emulator-user", Digest.Of("with meson")) }, ["m68k"]).Steps;
        Assert.Equal(["emulator-user"], steps.Where(step => step.HostTools == Digest.Of("with meson")).Select(step => step.Id.Name));
        Assert.Equal(["cross", "emulator-system", "all"], steps.Where(step => step.HostTools == Samples.Resolution.HostTools).Select(step => step.Id.Name));
    }

    private static Recipe Builder(string name) => Samples.Recipe(name).With("PROGRAM", "${user-program}") with { Packages = Samples.Recipe(name).Packages.Add("debian", ["meson"]) };

    private static DefinitionSet WithBuilders => Definitions with { Recipes = Definitions.Recipes.Add("emulator-user", Builder("emulator-user")).Add("emulator-system", Builder("emulator-system")) };

    private static Resolution Built => Samples.Resolution with
    {
        Emulators = Unresolved.Of(Definitions, ["m68k"], null).Emulators.ToImmutableDictionary(need => need, EmulatorTree.BuiltFor),
    };

    // Of its inputs' contents a key has what the recipes made, which is the same here whatever made it.
    private static ImmutableSortedDictionary<string, Digest> Keys(string[] targets, string? renewed = null) =>
        Planner.Plan(Definitions, Resolved(targets, renewed), targets).Steps.ToImmutableSortedDictionary(
            step => step.Id.ToString(), step => KeyDocument.Of(step, id => Digest.Of(id.ToString()), continuedKey: null).Key, StringComparer.Ordinal);

    private static Resolution Resolved(string[] targets, string? renewed) => Samples.Resolution with
    {
        Emulators = Unresolved.Of(Definitions, targets, null).Emulators.ToImmutableDictionary(need => need, need => new EmulatorTree(
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
