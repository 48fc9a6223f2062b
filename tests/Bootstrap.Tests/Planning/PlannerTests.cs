using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Planning;

public sealed class PlannerTests
{
    private static readonly Target M68k = Samples.Target("m68k", ("options", "--with-cpu=m68040"));
    private static readonly Target Sh4 = Samples.Target("sh4", ("options", ""));

    [Fact]
    public void A_step_that_boots_a_machine_is_the_targets_own_and_has_no_host_tools()
    {
        var definitions = Samples.Definitions([M68k], Samples.Recipe("all") with { RunsOn = Machine.System });
        var emulator = definitions.Emulators["cpu"] with { System = Samples.VirtualMachine };
        var bootable = definitions with { Emulators = definitions.Emulators.SetItem("cpu", emulator) };
        var step = Assert.Single(Planner.Plan(bootable, Samples.Resolution, ["m68k"]).Steps);
        Assert.Equal("m68k", step.Id.Target);
        Assert.Equal("usr/bin/qemu-system-m68k", step.Booted?.Program);
        Assert.Equal(Digest.Of("qemu-system-m68k"), step.Emulator);
        Assert.Null(step.HostTools);
        Assert.Null(step.Emulated);
        Assert.Equal("/usr/sbin:/usr/bin", step.Environment["PATH"]);
    }

    [Fact]
    public void A_target_without_a_machine_is_said_to_be_user_mode_only()
    {
        var refused = Assert.Throws<DefinitionException>(() => Plan([M68k], Samples.Recipe("all") with { RunsOn = Machine.System }));
        Assert.Contains("'m68k' has none: the target is user-mode only", refused.Message, StringComparison.Ordinal);
        Assert.Contains("qemu/cpu.yaml", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kernel-arguments")]
    [InlineData("console")]
    public void Nothing_is_made_for_a_machine_that_there_is_none_of(string name)
    {
        var reads = ImmutableSortedDictionary<string, LocatedText>.Empty.Add("OF_MACHINE", new LocatedText($"${{{name}}}", Samples.Somewhere));
        var refused = Assert.Throws<DefinitionException>(() => Plan([M68k], Samples.Recipe("all") with { Environment = reads }));
        Assert.Contains($"'all' reads '{name}' of the machine that boots, and the emulator 'cpu' of target 'm68k' has none: the target is user-mode only", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_names_tools_waits_for_their_check_and_keeps_its_key()
    {
        var all = Samples.Recipe("all");
        var tools = all with { Tools = all.Tools.Add("cpio", "2") };
        var check = Samples.Recipe(WellKnownSteps.HostToolsCheck);
        var plan = Plan([M68k], tools, check);
        Assert.Equal([check.Name, "all"], plan.Steps.Select(step => step.Id.Name));
        Assert.Equal([plan.Steps[0].Id], plan.Steps[1].Dependencies);
        Assert.Equal(KeyOf(Plan([M68k], all).Steps[^1]), KeyOf(plan.Steps[1]));
        // Neither what the check itself needs, nor what needs it already, has to be told.
        Assert.Equal(["all", check.Name], Plan([M68k with { Goals = [check.Name] }], tools, check with { Needs = Samples.Recipe("x", "all").Needs }).Steps.Select(step => step.Id.Name));
        Assert.Null(Plan([M68k], tools with { Needs = Samples.Recipe("x", check.Name).Needs }, check).Steps[^1].CheckedBy);

        static string KeyOf(Step step) => KeyDocument.Of(step, _ => Digest.Of("content"), continuedKey: null).Text;
    }

    [Fact]
    public void Tools_of_a_recipe_with_packages_of_its_own_are_checked_in_its_own_host_tools()
    {
        var check = Samples.Recipe(WellKnownSteps.HostToolsCheck) with
        {
            Tools = ImmutableSortedDictionary<string, string>.Empty.Add("gcc", "12"),
            Environment = ImmutableSortedDictionary<string, LocatedText>.Empty.Add("TOOLS", new LocatedText("${tools}", Samples.Somewhere)),
        };
        var all = Samples.Recipe("all", check.Name);
        all = all with { Tools = all.Tools.Add("meson", "1.1"), Packages = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("debian", ["meson"]) };
        var resolution = Samples.Resolution with { HostToolsOf = ImmutableSortedDictionary<string, Digest>.Empty.Add("all", Digest.Of("its own")) };

        var steps = Planner.Plan(Samples.Definitions([M68k], all, check), resolution, ["m68k"]).Steps;

        Assert.Equal(
            [("host-tools-check", "gcc>=12", Digest.Of("host tools")), ("host-tools-check-for-all", "meson>=1.1", Digest.Of("its own"))],
            steps[..2].Select(step => (step.Id.Name, step.Environment["TOOLS"], step.HostTools!.Value)));
        Assert.Equal(steps[1].Id, steps[2].CheckedBy);
        Assert.Equal(Digest.Of("its own"), steps[2].HostTools);
        Assert.Contains(all, Unresolved.Of(Samples.Definitions([M68k], all, check), ["m68k"], steps[1].Id.Name).Recipes);
    }

    [Fact]
    public void Every_step_comes_after_what_it_depends_on()
    {
        var plan = Plan([M68k], Samples.Recipe("all", "b", "a"), Samples.Recipe("b", "a"), Samples.Recipe("a"));
        Assert.Equal(["a", "b", "all"], plan.Steps.Select(step => step.Id.Name));
    }

    [Fact]
    public void A_step_that_mentions_nothing_of_the_target_is_shared_by_all_targets()
    {
        var plan = Plan([M68k, Sh4], Samples.Recipe("all", "host").With("TARGET", "${triplet}"), Samples.Recipe("host"));
        Assert.Equal(["host", "m68k/all", "sh4/all"], plan.Steps.Select(step => step.Id.ToString()));
    }

    [Fact]
    public void A_step_whose_input_is_the_targets_own_is_the_targets_own()
    {
        var plan = Plan([M68k], Samples.Recipe("all", "first"), Samples.Recipe("first").With("TARGET", "${triplet}"));
        Assert.All(plan.Steps, step => Assert.Equal("m68k", step.Id.Target));
    }

    [Fact]
    public void Tools_of_a_recipe_with_packages_of_its_own_are_not_asked_of_the_host_tools_of_all()
    {
        var checking = Samples.Recipe("all").With("TOOLS", "${tools}") with { Tools = Tools(("make", "4.2")) };
        var own = Samples.Recipe("other") with { Tools = Tools(("make", "4.3"), ("meson", "1.0")) };
        Assert.Equal("make>=4.3 meson>=1.0", Plan([M68k], checking, own).Steps[0].Environment["TOOLS"]);
        own = own with { Packages = own.Packages.Add("debian", ["meson"]) };
        Assert.Equal("make>=4.2", Plan([M68k], checking, own).Steps[0].Environment["TOOLS"]);
    }

    [Fact]
    public void A_step_that_asks_only_which_tools_are_needed_is_shared()
    {
        var checking = Samples.Recipe("all").With("TOOLS", "${tools}") with { Tools = Tools(("make", "4.2"), ("perl", "")) };
        var plan = Plan([M68k, Sh4], checking, Samples.Recipe("other") with { Tools = Tools(("make", "4.10")) });
        Assert.Equal("make>=4.10 perl", Assert.Single(plan.Steps).Environment["TOOLS"]);
    }

    [Fact]
    public void A_step_that_asks_which_machine_builds_is_shared_and_has_another_key_on_each()
    {
        var recipes = Samples.Recipe("all").With("OPTIONS", "--build=${build}");
        var definitions = Samples.Definitions([M68k, Sh4], recipes);
        var steps = new[] { BuildMachine.X64, BuildMachine.Arm64 }
            .Select(machine => Assert.Single(Planner.Plan(definitions, Samples.Resolution with { Machine = machine }, ["m68k", "sh4"]).Steps)).ToArray();
        Assert.Equal(["--build=x86_64-pc-linux-gnu", "--build=aarch64-unknown-linux-gnu"], steps.Select(step => step.Environment["OPTIONS"]));
        Assert.NotEqual(KeyOf(steps[0]), KeyOf(steps[1]));

        static string KeyOf(Step step) => KeyDocument.Of(step, _ => Digest.Of("content"), continuedKey: null).Text;
    }

    [Fact]
    public void A_step_that_asks_what_it_is_made_of_gets_version_and_checksum_of_all_sources_that_are_built_before_it()
    {
        var origin = new TarballOrigin(new UpstreamTarball([new Uri("https://example.org/zlib-2.tar.gz")], Digest.Of("zlib 2")));
        Recipe[] recipes = [Samples.Recipe("all", "middle").With("SOURCES", "${sources}"), Samples.Recipe("middle", "first"), Samples.Recipe("first") with { Sources = ["zlib"] }];
        var plan = Plan([M68k with { Replacements = Replaced(origin) }, Sh4], recipes);
        Assert.Equal($"zlib=2={Digest.Of("zlib 2")}", plan.Steps.Single(step => step.Id.ToString() == "m68k/all").Environment["SOURCES"]);
        var shared = plan.Steps.Single(step => step.Id.ToString() == "all").Environment["SOURCES"];
        Assert.Equal($"zlib={Samples.Zlib.Version}={Samples.Zlib.Upstream.Sha256}", shared);
    }

    [Theory]
    [InlineData("1.2.3.4.5", "1.2.3.4.10", "make>=1.2.3.4.10")]
    [InlineData("4.3", "4", "make>=4.3")]
    [InlineData("", "0.1", "make>=0.1")]
    public void Versions_of_tools_may_have_any_number_of_parts(string one, string other, string expected)
    {
        var checking = Samples.Recipe("all").With("TOOLS", "${tools}") with { Tools = Tools(("make", one)) };
        var plan = Plan([M68k], checking, Samples.Recipe("other") with { Tools = Tools(("make", other)) });
        Assert.Equal(expected, Assert.Single(plan.Steps).Environment["TOOLS"]);
    }

    [Fact]
    public void References_in_the_environment_become_the_targets_values()
    {
        var plan = Plan([M68k], Samples.Recipe("all").With("OPTIONS", "--host=${triplet} ${options} ${elf-bits}").Declaring(("options", null)));
        Assert.Equal("--host=m68k-linux-gnu --with-cpu=m68040 32", plan.Steps[0].Environment["OPTIONS"]);
    }

    [Fact]
    public void A_default_stands_in_for_what_the_target_does_not_set()
    {
        var recipe = Samples.Recipe("all").With("EXTRA", "${extra}").Declaring(("extra", "none"));
        Assert.Equal("none", Plan([M68k], recipe).Steps[0].Environment["EXTRA"]);
    }

    [Fact]
    public void A_file_beside_the_target_is_laid_among_the_recipes_files_and_its_content_is_in_the_key()
    {
        var (one, other) = (Of("ours"), Of("other"));
        Assert.Equal("/files/system.config /files/of-target/own/m68k.config", one.Environment["FRAGMENTS"]);
        Assert.Equal(["/files/of-target/own/m68k.config"], one.TargetFiles.Select(file => file.At));
        Assert.NotEqual(one.RecipeFiles, other.RecipeFiles);
        Assert.Equal("m68k/all", one.Id.ToString());

        static Step Of(string content)
        {
            var target = Samples.Target("m68k", ("fragments", "system ./own/m68k.config")) with
            {
                Files = ImmutableSortedDictionary<string, TargetFile>.Empty.Add("./own/m68k.config", new TargetFile("/targets/own/m68k.config", Digest.Of(content))),
            };
            var recipe = Samples.Recipe("all").With("FRAGMENTS", "${fragments}") with
            {
                Files = new RecipeFiles("/recipes/all", Digest.Of("files")),
                Variables = ImmutableSortedDictionary<string, Variable>.Empty.Add("fragments", Samples.Variable("fragments", null) with { Type = VariableType.Files, Suffix = ".config" }),
            };
            return Assert.Single(Plan([target], recipe).Steps);
        }
    }

    [Fact]
    public void A_source_is_unpacked_in_a_step_of_its_own_with_the_patches_of_its_target()
    {
        var patch = new Patch("fix.patch", "/patches/fix.patch", Digest.Of("patch"));
        var patched = M68k with { Patches = ImmutableSortedDictionary<string, ImmutableArray<Patch>>.Empty.Add("zlib", [patch]) };
        var plan = Plan([patched, Sh4], Samples.Recipe("all") with { Sources = ["zlib"] });
        Assert.Equal(["m68k/source-zlib", "m68k/all", "source-zlib", "all"], plan.Steps.Select(step => step.Id.ToString()));
        Assert.Equal(["/in/archive", "/in/patches/0000-fix.patch"], plan.Steps[0].Files.Select(file => file.At));
        Assert.Equal(new StepInput(new StepId("m68k", "source-zlib"), "/src/zlib"), Assert.Single(plan.Steps[1].Inputs));
    }

    [Fact]
    public void A_replaced_source_is_the_targets_own_and_keeps_the_patches_of_the_target_only()
    {
        var (own, targets) = (Patch("own.patch"), Patch("target.patch"));
        var mine = M68k with
        {
            Patches = ImmutableSortedDictionary<string, ImmutableArray<Patch>>.Empty.Add("zlib", [targets]),
            Replacements = Replaced(new TarballOrigin(new UpstreamTarball([new Uri("https://example.org/zlib-2.tar.gz")], Digest.Of("zlib 2"))), own),
        };
        var plan = Plan([mine, Sh4], Samples.Recipe("all") with { Sources = ["zlib"] });
        Assert.Equal(["m68k/source-zlib", "m68k/all", "source-zlib", "all"], plan.Steps.Select(step => step.Id.ToString()));
        Assert.Equal(["/in/archive", "/in/patches/0000-own.patch", "/in/patches/0001-target.patch"], plan.Steps[0].Files.Select(file => file.At));
        Assert.Equal((Digest.Of("zlib 2"), Digest.Of("zlib")), (plan.Steps[0].Files[0].Digest, plan.Steps[2].Files[0].Digest));
        Assert.Equal("zlib 2, unpacked and patched", plan.Steps[0].Summary);
    }

    [Fact]
    public void A_commit_and_a_directory_are_planned_with_by_the_archive_that_was_resolved()
    {
        var origins = new UnpackedOrigin[] { new CommitOrigin(new Uri("https://example.org/zlib"), new string('a', 40)), new DirectoryOrigin("/zlib") };
        foreach (var origin in origins)
        {
            var definitions = Samples.Definitions([M68k with { Replacements = Replaced(origin) }], Samples.Recipe("all") with { Sources = ["zlib"] });
            Assert.Equal(origin, Assert.Single(Unresolved.Of(definitions, ["m68k"], null).Origins));
            var resolution = new Resolution(Digest.Of("host tools"), ImmutableSortedDictionary<string, PinnedSource>.Empty)
            {
                Archives = ImmutableDictionary<UnpackedOrigin, Digest>.Empty.Add(origin, Digest.Of("made")),
            };
            Assert.Equal(Digest.Of("made"), Planner.Plan(definitions, resolution, ["m68k"]).Steps[0].Files[0].Digest);
        }
    }

    [Fact]
    public void Only_sources_that_the_targets_reach_have_to_be_resolved()
    {
        var definitions = Samples.Definitions([M68k], Samples.Recipe("all", "first"), Samples.Recipe("first"), Samples.Recipe("other") with { Sources = ["zlib"] });
        Assert.Empty(Unresolved.Of(definitions, ["m68k"], null).Sources);
        Assert.Equal("zlib", Assert.Single(Unresolved.Of(definitions, ["m68k"], "other").Sources).Name);
        Assert.Equal("zlib", Assert.Single(Unresolved.Of(definitions, ["m68k"], "source-zlib").Sources).Name);
    }

    [Fact]
    public void A_step_on_the_target_sees_no_host_tools()
    {
        var step = Assert.Single(Plan([M68k], Samples.Recipe("all") with { RunsOn = Machine.Target }).Steps);
        Assert.Null(step.HostTools);
        Assert.Equal(new Emulation("usr/bin/qemu-cpu", new ElfIdentity(32, true, 4), "v2"), step.Emulated);
        Assert.Equal(Digest.Of("qemu-cpu"), step.Emulator);
    }

    [Fact]
    public void Up_to_a_step_the_plan_holds_only_what_that_step_needs()
    {
        var definitions = Samples.Definitions([M68k], Samples.Recipe("all", "b"), Samples.Recipe("b", "a"), Samples.Recipe("a"));
        var plan = Planner.Plan(definitions, Samples.Resolution, ["m68k"], "b");
        Assert.Equal(["a", "b"], plan.Steps.Select(step => step.Id.Name));
    }

    [Fact]
    public void An_unknown_target_and_an_unknown_step_are_named_with_the_nearest()
    {
        var definitions = Samples.Definitions([M68k], Samples.Recipe("all"));
        var noTarget = Assert.Throws<DefinitionException>(() => Planner.Plan(definitions, Samples.Resolution, ["vax"]));
        Assert.Equal("There is no target 'vax'", noTarget.Message);
        var shouted = Assert.Throws<DefinitionException>(() => Planner.Plan(definitions, Samples.Resolution, ["M68K"]));
        Assert.Equal("There is no target 'M68K'; did you mean 'm68k'?", shouted.Message);
        var noStep = Assert.Throws<DefinitionException>(() => Planner.Plan(definitions, Samples.Resolution, ["m68k"], "al"));
        Assert.Equal("There is no step 'al'; did you mean 'all'?", noStep.Message);
    }

    private static Patch Patch(string name) => new(name, $"/patches/{name}", Digest.Of(name));

    private static ImmutableSortedDictionary<string, Replacement> Replaced(ReplacementOrigin origin, params Patch[] patches) =>
        ImmutableSortedDictionary<string, Replacement>.Empty.Add(
            "zlib", new Replacement { Version = "2", Origin = origin, Patches = [.. patches], Location = Samples.Somewhere });

    private static Plan Plan(IReadOnlyList<Target> targets, params Recipe[] recipes) =>
        Planner.Plan(Samples.Definitions(targets, recipes), Samples.Resolution, targets.Select(target => target.Name));

    private static ImmutableSortedDictionary<string, string> Tools(params (string Name, string Version)[] tools) =>
        tools.ToImmutableSortedDictionary(tool => tool.Name, tool => tool.Version);
}
