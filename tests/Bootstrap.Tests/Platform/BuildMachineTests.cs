using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Debian;
using Bootstrap.Store;
using Bootstrap.Tests.Planning;

namespace Bootstrap.Tests.Platform;

public sealed class BuildMachineTests : IDisposable
{
    private static readonly DefinitionSet Definitions = DefinitionReader.Read([Checkout.Root]);
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> LockFiles() => [.. Checkout.Files("src", "packages.lock.json").Concat(Checkout.Files("tests", "packages.lock.json"))];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Numbers_of_the_kernel_are_those_of_each_machines_headers()
    {
        // elf.h; asm/fcntl.h in octal; asm/unistd.h
        Assert.Equal((62, Convert.ToInt32("200000", 8), Convert.ToInt32("400000", 8), 250), Of(BuildMachine.X64));
        Assert.Equal((183, Convert.ToInt32("40000", 8), Convert.ToInt32("100000", 8), 219), Of(BuildMachine.Arm64));

        static (int, int, int, int) Of(BuildMachine machine) => (machine.ElfMachine, machine.OpenDirectory, machine.OpenNoFollow, machine.KeyControl);
    }

    [Fact]
    public void Names_are_those_that_distributions_and_build_systems_use()
    {
        Assert.Equal("x86_64 x86_64-pc-linux-gnu amd64 x86-64 /usr/lib/x86_64-linux-gnu", Of(BuildMachine.X64));
        Assert.Equal("aarch64 aarch64-unknown-linux-gnu arm64 aarch64 /usr/lib/aarch64-linux-gnu", Of(BuildMachine.Arm64));
        Assert.Equal(RuntimeInformation.ProcessArchitecture == Architecture.Arm64, BuildMachine.Current == BuildMachine.Arm64);

        static string Of(BuildMachine machine) => $"{machine.Name} {machine.Triplet} {machine.DebianName} {machine.BuildStreamName} {machine.Libraries}";
    }

    [Fact]
    public void No_recipe_names_the_machine_that_builds()
    {
        var named = Checkout.Files("src/recipes", "*").Where(file => Checkout.Read(file).Contains("--build=x86", StringComparison.Ordinal));
        Assert.Empty(named);
    }

    [Fact]
    public void On_arm64_every_configure_script_of_m68k_is_told_so_and_no_key_is_that_of_x86_64()
    {
        var (one, other) = (PlanOn(BuildMachine.X64), PlanOn(BuildMachine.Arm64));
        Assert.Equal(one.Steps.Select(step => step.Id), other.Steps.Select(step => step.Id));
        var configured = other.Steps.Where(step => step.Script.Contains("--build=", StringComparison.Ordinal)).ToArray();
        Assert.True(configured.Length > 12);
        Assert.All(configured, step => Assert.Contains("--build=$BUILD", step.Script, StringComparison.Ordinal));
        Assert.All(configured, step => Assert.Equal("aarch64-unknown-linux-gnu", step.Environment["BUILD"]));
        Assert.DoesNotContain(other.Steps, step => step.Environment.Values.Concat([step.Script]).Any(text => text.Contains("x86_64", StringComparison.Ordinal)));
        var keys = one.Steps.Zip(other.Steps).Where(pair => configured.Contains(pair.Second)).ToArray();
        Assert.All(keys, pair => Assert.NotEqual(KeyOf(pair.First), KeyOf(pair.Second)));

        static string KeyOf(Step step) => KeyDocument.Of(step, _ => Digest.Of("content"), continuedKey: null).Text;
    }

    [Fact]
    public void Host_tools_of_each_machine_have_a_pin_of_their_own()
    {
        foreach (var title in (string[])["debian:trixie", "alpine:3.20", "alpine:3.22", "alpine:3.23", "alpine:3.24"])
            Assert.NotEqual(With(BuildMachine.X64, use => use.Of(HostToolsProviders.Parse(title)).Definition), With(BuildMachine.Arm64, use => use.Of(HostToolsProviders.Parse(title)).Definition));
    }

    [Fact]
    public void Alpine_s_mini_root_file_systems_are_those_of_each_machine()
    {
        Assert.All(Definitions.HostTools["alpine"].Releases.Values, release => Assert.All([BuildMachine.X64, BuildMachine.Arm64], machine =>
        {
            var file = $"/releases/{machine.Name}/alpine-minirootfs-{release.Root!.Version}-{machine.Name}.tar.gz";
            Assert.EndsWith(file, Assert.Single(release.Root.Of(machine)!.Urls).AbsolutePath, StringComparison.Ordinal);
        }));
    }

    [Fact]
    public void A_release_without_a_mini_root_file_system_for_the_machine_is_told_with_what_else_there_is()
    {
        var alpine = Definitions.HostTools["alpine"];
        var release = alpine.Releases["3.22"];
        var without = alpine with { Releases = alpine.Releases.SetItem("3.22", release with { Root = release.Root! with { Arm64 = null } }) };
        var refused = Assert.Throws<DefinitionException>(() => With(
            BuildMachine.Arm64, use => (use with { Definitions = use.Definitions.SetItem("alpine", without) }).Of(HostToolsProviders.Parse("alpine:3.22")).Definition));
        Assert.EndsWith("alpine:3.22 has no mini root file system for aarch64, which this machine is.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--host-tools debian", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(LockFiles))]
    public void Each_machine_s_lock_file_names_the_same_packages(string file) => Assert.Equal(
        Checkout.Read(file).Replace("linux-x64", "linux-arm64", StringComparison.Ordinal),
        Checkout.Read(file.Replace("packages.", "packages.linux-arm64.", StringComparison.Ordinal)));

    private static Plan PlanOn(BuildMachine machine)
    {
        var sources = Definitions.Sources.Values.SelectMany(versions => versions)
            .ToImmutableSortedDictionary(each => each.Title, each => new PinnedSource(each, SourceVariant.Upstream));
        var emulators = Unresolved.Of(Definitions, ["m68k"], null).Emulators
            .ToImmutableDictionary(need => need, need => new EmulatorTree(Digest.Of(need.Program), need.Program, need.Firmware));
        return Planner.Plan(Definitions, new Resolution(Digest.Of(machine.Name), sources) { Machine = machine, Emulators = emulators }, ["m68k"]);
    }

    private T With<T>(BuildMachine machine, Func<HostToolsProviders, T> use)
    {
        using var processes = new ProcessRunner();
        using var store = ArtifactStore.Open(_directory.Path);
        using var archive = new DebianArchive(store, processes, null) { Machine = machine };
        return use(new HostToolsProviders(store, processes, archive, null!, new FetchSettings(), Definitions.HostTools));
    }
}
