using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Reproduction;
using Bootstrap.Tests.Planning;
using Bootstrap.Tests.Platform;
using Bootstrap.Tests.Store;

namespace Bootstrap.Tests.Reproduction;

/// <summary>A record of a target with a program, a compiler for the machine that builds, and a root file system of both.</summary>
public sealed class TargetRecordTests : IDisposable
{
    private const string Make = "mkdir bin; echo make > bin/make; echo manual > notes";
    private const string Compiler = "printf '\\177ELF\\2\\1\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\2\\0\\076\\0....' > cc; echo header > cc.h";
    private const string Root = "mkdir bin; echo make > bin/make; echo header > cc.h";
    private static readonly DefinitionSet Checked = Checkout.Definitions;

    private readonly StoreFixture _recorded = new();
    private readonly StoreFixture _other = new();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _recorded.Dispose();
        _other.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void The_same_build_elsewhere_is_what_the_record_says()
    {
        var comparison = Compare(Make, Compiler, Root);
        Assert.Equal((3, 0, 0), (comparison.Compared, comparison.OfOtherHostTools, comparison.Different.Length));
    }

    [Fact]
    public void What_runs_on_the_machine_that_builds_is_compared_where_the_host_tools_are_the_same()
    {
        var bent = Compiler.Replace("....", "bent", StringComparison.Ordinal);
        Assert.Equal(["cc"], Assert.Single(Compare(Make, bent, Root).Different).Paths);
        var elsewhere = Compare(Make, bent, Root, hostTools: "others");
        Assert.Equal((2, 1, 0), (elsewhere.Compared, elsewhere.OfOtherHostTools, elsewhere.Different.Length));
    }

    [Fact]
    public void A_difference_names_the_step_and_its_files_and_what_is_made_of_them()
    {
        var comparison = Compare("mkdir bin; echo other > bin/make; echo more > extra", Compiler, Root.Replace("echo make", "echo other", StringComparison.Ordinal));
        Assert.Equal(["m68k/make: bin/make extra notes; ", "m68k/native-sysroot: bin/make; make"], comparison.Different.Select(
            each => $"{each.Step}: {string.Join(' ', each.Paths)}; {string.Join(' ', each.Inputs.Select(input => input.Name))}"));
    }

    [Fact]
    public void A_file_that_only_moved_is_named_where_it_was()
    {
        var comparison = Compare("mkdir bin; echo make > bin/gmake; echo manual > notes", Compiler, Root);
        Assert.Equal(["bin/make"], Assert.Single(comparison.Different).Paths);
    }

    [Theory]
    [InlineData("debian:trixie", "debian:trixie")]
    [InlineData("debian:trixie qemu-m68k", "debian:trixie qemu-m68k")]
    [InlineData("path:/srv/of me/musl root", "path:musl root")]
    [InlineData("path:/srv/qemu-11.tar.xz qemu-system-m68k with u-boot", "path:qemu-11.tar.xz qemu-system-m68k with u-boot")]
    [InlineData("ostree:/srv/repo#sdk/x86_64", "ostree:repo#sdk/x86_64")]
    public void A_record_names_no_directory_of_whoever_wrote_it(string title, string recorded) =>
        Assert.Equal(recorded, RecordedHostTools.Of(title, Digest.Of("")).Title);

    [Fact]
    public void A_record_that_is_written_is_read_as_it_was()
    {
        var record = Record() with { Trials = [new RecordedTrial("diverse debian:forky", new DateOnly(2026, 11, 28), 60, 60)], Stale = ["make"] };
        var file = Path.Combine(_directory.Path, TargetRecord.PathOf("gcc-16", "m68k"));
        record.Write(file);
        var before = File.ReadAllText(file);
        var (found, read) = TargetRecord.Find(["/nowhere", _directory.Path, "/nothing"], "gcc-16", "m68k")!.Value;
        Assert.Equal(file, found);
        read.Write(file);
        Assert.Equal(before, File.ReadAllText(file));
        Assert.Equal(file, Assert.Single(TargetRecord.AllIn(_directory.Path)).File);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    public void A_record_that_can_t_be_read_is_refused_by_name(string text)
    {
        var file = Path.Combine(_directory.Path, TargetRecord.PathOf("gcc-16", "m68k"));
        Record().Write(file);
        File.WriteAllText(file, text);
        var refused = Assert.Throws<DefinitionException>(() => TargetRecord.Find([_directory.Path], "gcc-16", "m68k"));
        Assert.StartsWith(file + ": ", refused.Message, StringComparison.Ordinal);
        Assert.Equal("'bootstrap record TARGET' writes it.", refused.Hint);
    }

    [Fact]
    public void One_flag_of_a_recipe_makes_that_step_stale_and_no_other()
    {
        var record = RecordOf("riscv64");
        Assert.Empty(record.StaleBy(Checked));
        var make = Checked.Recipes["native-make"];
        var other = Checked with { Recipes = Checked.Recipes.SetItem("native-make", make with { Commands = make.Commands.Replace("--disable-nls", "--enable-nls", StringComparison.Ordinal) }) };
        Assert.Equal(["native-make"], record.StaleBy(other));
    }

    [Fact]
    public void A_variable_of_the_target_makes_those_steps_stale_that_read_it()
    {
        var target = Checked.Targets["riscv64"];
        var other = Checked with { Targets = Checked.Targets.SetItem("riscv64", target with { Variables = target.Variables.SetItem("image-free", "1G") }) };
        Assert.Contains("image", RecordOf("riscv64").StaleBy(other));
        Assert.DoesNotContain("glibc", RecordOf("riscv64").StaleBy(other));
    }

    [Fact]
    public void What_is_gone_is_stale()
    {
        var record = RecordOf("riscv64");
        Assert.Equal(record.Steps.Keys, record.StaleBy(Checked with { Targets = Checked.Targets.Remove("riscv64") }));
        Assert.Equal(record.Steps.Keys, (record with { Release = "gone" }).StaleBy(Checked));
    }

    [Fact]
    public void Every_record_of_the_checkout_is_fresh_or_says_what_is_stale() =>
        Assert.All(TargetRecord.AllIn(Checkout.Root), each => Assert.Equal(each.Record.StaleBy(Checked), each.Record.Stale));

    private static TargetRecord RecordOf(string target)
    {
        var definitions = Checked.WithRelease("gcc-16").Accelerated();
        var steps = Planner.Plan(definitions, Resolution.OfDefinitions(definitions, [target]), [target]).Steps;
        return Empty with
        {
            Target = target,
            Steps = steps.ToImmutableSortedDictionary(step => step.Id.Name, step => new RecordedStep(KeyDocument.OfDefinition(step).Key, 0, 0, 0, false), StringComparer.Ordinal),
        };
    }

    private static TargetRecord Empty => new(
        "m68k", "m68k-linux-gnu", "gcc-16", new DateOnly(2026, 11, 28), new RecordedHostTools("debian:trixie", Digest.Of("host tools")), [],
        ImmutableSortedDictionary<string, string>.Empty, [], ImmutableSortedDictionary<string, RecordedStep>.Empty);

    private static DefinitionSet Definitions => Samples.Definitions(
        [Samples.Target("m68k") with { Goals = [WellKnownSteps.NativeSysroot] }],
        Samples.Recipe("make").With("T", "${triplet}") with { Commands = "make install\n" },
        Samples.Recipe("compiler").With("T", "${triplet}"),
        Samples.Recipe(WellKnownSteps.NativeSysroot, "make", "compiler"));

    private static Plan Plan => Planner.Plan(Definitions, Samples.Resolution, ["m68k"]);

    private TargetRecord Record() => Record(out _);

    private TargetRecord Record(out string files)
    {
        Build(_recorded, Make, Compiler, Root);
        _directory.Write("verify.json", """{"emulators": ["qemu-m68k version 10, tree 0123456789ab"], "checks": [{"group": "elf", "check": "all", "result": "pass", "detail": "3"}]}""");
        var record = TargetRecord.Of(
            Definitions, "m68k", Plan, new RecordedHostTools("debian:trixie", Digest.Of("host tools")),
            [new("debian:trixie qemu-m68k", Digest.Parse("0123456789ab" + new string('0', 52)))], _recorded.Store, _directory["verify.json"], new DateOnly(2026, 11, 28));
        files = RecordedFiles.TextOf(record.Steps.Where(step => !step.Value.ForBuildMachine).OrderBy(step => step.Key == WellKnownSteps.NativeSysroot)
            .Select(step => (step.Key, _recorded.Store.Steps.ReadManifest(step.Value.Content!.Value))));
        return record;
    }

    private RecordComparison Compare(string make, string compiler, string root, string hostTools = "host tools")
    {
        var record = Record(out var files);
        Assert.Equal([true, false, false], record.Steps.Values.Select(step => step.ForBuildMachine));
        Build(_other, make, compiler, root);
        return RecordComparison.Of(record, new RecordedFiles(files), Plan, _other.Store, Digest.Of(hostTools));
    }

    private static void Build(StoreFixture store, params string[] commands)
    {
        foreach (var (step, made) in Plan.Steps.Zip(commands))
        {
            var key = DryRun.Of(Plan, store.Store)[step.Id].Key!;
            store.Store.Steps.Commit(key.Key, key.Text, store.Stage(made), TimeSpan.FromSeconds(2));
        }
    }
}
