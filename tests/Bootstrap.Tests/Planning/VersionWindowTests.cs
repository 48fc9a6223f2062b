using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Tests.Definitions;

namespace Bootstrap.Tests.Planning;

public sealed class VersionWindowTests : IDisposable
{
    private readonly DefinitionTree _tree = new();

    [Theory]
    [InlineData(">= 15", "15.1.0", true)]
    [InlineData(">= 15", "14.2.0", false)]
    [InlineData("< 6.18", "6.12.107", true)]
    [InlineData("< 6.18", "6.18", false)]
    [InlineData("< 6.18", "6.18.0", false)]
    [InlineData("<= 6.18", "6.18.0", true)]
    [InlineData("> 2.9", "2.10", true)]
    [InlineData(">= 5.4, < 6.18", "5.3", false)]
    [InlineData(">= 5.4, < 6.18", "5.15.1", true)]
    [InlineData("!= 2.44", "2.44.0", false)]
    [InlineData("2.44", "2.44", true)]
    [InlineData("=2.44", "2.45", false)]
    [InlineData("< 6.18", "local", true)]
    [InlineData(">= 10", "10.0.13+ds-0", true)]
    public void A_window_admits_versions_by_their_numbers_and_what_has_none(string window, string version, bool admitted) =>
        Assert.Equal(admitted, new VersionWindow("gcc", window, null, Samples.Somewhere).Admits(version));

    [Fact]
    public void A_version_that_the_target_does_not_work_with_is_refused_with_the_reason()
    {
        var target = Samples.Target("m68k") with { Versions = [new VersionWindow("zlib", "< 1.0", "it is broken since", new Location("m68k.yaml", 7, 3)), Of("other", "> 9")] };

        var refusal = Assert.Throws<DefinitionException>(() => Plan(target, Samples.Recipe("all") with { Sources = ["zlib"] }));

        Assert.Equal("m68k.yaml:7:3: target 'm68k' works with zlib < 1.0, and this plan has 1.0: it is broken since", refusal.Message);
    }

    [Fact]
    public void The_refusals_of_all_targets_are_told_at_once()
    {
        var m68k = Samples.Target("m68k") with { Versions = [Of("zlib", "< 1.0")] };
        var or1k = Samples.Target("or1k") with { Versions = [Of("zlib", "> 1.0")] };
        var definitions = Samples.Definitions([m68k, or1k], Samples.Recipe("all") with { Sources = ["zlib"] });

        var refusal = Assert.Throws<DefinitionException>(() => Planner.Plan(definitions, Samples.Resolution, ["m68k", "or1k"]));

        Assert.Equal(["'m68k' works with zlib < 1.0", "'or1k' works with zlib > 1.0"], refusal.Message.Split('\n').Select(line => line[line.IndexOf('\'', StringComparison.Ordinal)..line.IndexOf(',', StringComparison.Ordinal)]));
    }

    [Fact]
    public void A_recipe_that_is_not_planned_refuses_nothing()
    {
        var target = Samples.Target("m68k");
        var used = Samples.Recipe("all") with { Sources = ["zlib"] };
        var picky = Samples.Recipe("picky", "all") with { Versions = [Of("zlib", ">= 2")] };

        Plan(target, used, picky);
        Assert.Contains("recipe 'picky' works with zlib >= 2", Assert.Throws<DefinitionException>(() => Plan(target with { Goals = ["picky"] }, used, picky)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qemu-cpu version 10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)", ">= 8.1", true)]
    [InlineData("qemu-cpu version 7.2.22 (Debian 1:7.2+dfsg-7)", ">= 8.1", false)]
    [InlineData("of a vendor", ">= 8.1", true)]
    public void The_emulator_in_use_counts_for_what_runs_by_it(string says, string window, bool admitted)
    {
        var tree = new EmulatorTree(Digest.Of("qemu"), "usr/bin/qemu-cpu", null) { Version = says };
        var resolution = Samples.Resolution with { Emulators = Samples.Resolution.Emulators.SetItem(new EmulatorNeed("qemu-cpu"), tree) };
        var target = Samples.Target("m68k") with { Versions = [Of("qemu", window)] };
        var running = Samples.Recipe("all") with { RunsOn = Machine.Target };

        Planner.Plan(Samples.Definitions([target], Samples.Recipe("all")), resolution, ["m68k"]);
        var refusal = Record.Exception(() => Planner.Plan(Samples.Definitions([target], running), resolution, ["m68k"]));

        Assert.Equal(admitted, refusal is null);
    }

    [Theory]
    [InlineData("qemu-cpu version 10.0.13 (Debian)", null, true)]
    [InlineData("qemu-cpu version 10.0.13 (Debian)", "10", true)]
    [InlineData("qemu-cpu version 10.0.13 (Debian)", "10.0", true)]
    [InlineData("qemu-cpu version 10.0.13 (Debian)", "10.0.1", false)]
    [InlineData("qemu-cpu version 10.0.13 (Debian)", "1", false)]
    [InlineData("qemu-cpu version 10.0.13 (Debian)", "7.2", false)]
    [InlineData("of a vendor", "10.0", false)]
    public void A_known_failure_is_told_to_steps_that_run_by_that_version_of_qemu(string says, string? under, bool told)
    {
        var tree = new EmulatorTree(Digest.Of("qemu"), "usr/bin/qemu-cpu", null) { Version = says };
        var resolution = Samples.Resolution with { Emulators = Samples.Resolution.Emulators.SetItem(new EmulatorNeed("qemu-cpu"), tree) };
        var target = Samples.Target("m68k") with { KnownFailures = [new KnownFailure("C", under, "no room")] };
        var check = Samples.Recipe("all") with { RunsOn = Machine.Target, Environment = ImmutableSortedDictionary<string, LocatedText>.Empty.Add("KNOWN", new LocatedText("${known-failures}", Samples.Somewhere)) };

        var known = Planner.Plan(Samples.Definitions([target], check), resolution, ["m68k"]).Steps[^1].Environment["KNOWN"];

        Assert.Equal(told, known.Contains("\"check\":\"C\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{gcc: \">= 15\"}", "")]
    [InlineData("{gcc: {version: \"< 16, != 15.1\", because: of a bug}}", "")]
    [InlineData("{gcc: \"> 5.9, < 6\"}", "")]
    [InlineData("{gcc: \"!= 3\"}", "")]
    [InlineData("{gcc: \"< 0.1\"}", "")]
    [InlineData("{gcc: \">= 3, < 2\"}", "'gcc' is '>= 3, < 2', expected conditions such as")]
    [InlineData("{gcc: \"= 3, = 4\"}", "'gcc' is '= 3, = 4', expected conditions such as")]
    [InlineData("{gcc: \"> 3, < 3\"}", "'gcc' is '> 3, < 3', expected conditions such as")]
    [InlineData("{gcc: newest}", "'gcc' is 'newest', expected conditions such as")]
    [InlineData("{gcc: {version: \"< 16\"}}", "a window of versions without the key 'because'")]
    [InlineData("{gdb: \"< 16\"}", "unknown source 'gdb', expected the name of a file in")]
    public void Windows_are_conditions_on_sources_that_there_are(string written, string problem)
    {
        _tree.Edit("targets/m68k.yaml", "variables:\n", $"needs-version: {written}\nvariables:\n");

        if (problem.Length == 0)
            Assert.Equal("", _tree.Problems());
        else
            Assert.Contains(problem, _tree.Problems(), StringComparison.Ordinal);
    }

    public void Dispose() => _tree.Dispose();

    private static VersionWindow Of(string source, string window) => new(source, window, null, Samples.Somewhere);

    private static Plan Plan(Target target, params Recipe[] recipes) => Planner.Plan(Samples.Definitions([target], recipes), Samples.Resolution, ["m68k"]);
}
