using System.Collections.Immutable;
using System.Reflection;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Planning;

public sealed class KeyDocumentTests
{
    private static readonly Step Original = Samples.Step();

    /// <summary>One other value for each property of a step; a property that is added has to be added here.</summary>
    private static readonly Dictionary<string, Func<Step, Step>> Variations = new()
    {
        [nameof(Step.Id)] = step => step with { Id = new StepId("sh4", "other") },
        [nameof(Step.Summary)] = step => step with { Summary = "other" },
        [nameof(Step.RunsOn)] = step => step with { RunsOn = Machine.Target },
        [nameof(Step.Script)] = step => step with { Script = "make all\n" },
        [nameof(Step.Environment)] = step => step with { Environment = step.Environment.SetItem("CFLAGS", "-O1") },
        [nameof(Step.Inputs)] = step => step with { Inputs = [step.Inputs[0] with { At = "/in" }] },
        [nameof(Step.Files)] = step => step with { Files = [step.Files[0] with { Digest = Digest.Of("other") }] },
        [nameof(Step.RecipeFiles)] = step => step with { RecipeFiles = Digest.Of("other") },
        [nameof(Step.RecipeFilesPath)] = step => step with { RecipeFilesPath = "/other" },
        [nameof(Step.TargetFiles)] = step => step with { TargetFiles = [new StepFile("/files/of-target/a", Digest.Of("a"), "/a")] },
        [nameof(Step.Continues)] = step => step with { Continues = null },
        [nameof(Step.EmulatorStep)] = step => step with { EmulatorStep = step.Inputs[0].Step },
        [nameof(Step.Emulator)] = step => step with { Emulator = Digest.Of("qemu-m68k of another version") },
        [nameof(Step.Emulated)] = step => step with { Emulated = step.Emulated! with { Cpu = "m68020" } },
        [nameof(Step.Booted)] = step => step with { Booted = Samples.VirtualMachine },
        [nameof(Step.HostTools)] = step => step with { HostTools = Digest.Of("other") },
        [nameof(Step.SetId)] = step => step with { SetId = ["bin/su"] },
        [nameof(Step.Fetch)] = step => step with { Fetch = new PinnedSource(null!, SourceVariant.Debian) },
        [nameof(Step.CheckedBy)] = step => step with { CheckedBy = new StepId(null, "check") },
        [nameof(Step.Silence)] = step => step with { Silence = TimeSpan.FromHours(1) },
        [nameof(Step.ContinuedBy)] = step => step with { ContinuedBy = [new StepId("m68k", "install")] },
    };

    public static TheoryData<string> Properties() =>
        [.. typeof(Step).GetProperties().Where(property => property.CanWrite).Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Properties))]
    public void Every_property_of_a_step_changes_its_key_unless_it_says_why_not(string name)
    {
        var inKey = typeof(Step).GetProperty(name)!.GetCustomAttribute<NotInKeyAttribute>() is null;
        var varied = Variations[name](Original);
        Assert.NotEqual(Original, varied);
        Assert.Equal(inKey, KeyOf(Original) != KeyOf(varied));
    }

    [Theory]
    [InlineData(64, true, 4)]
    [InlineData(32, false, 4)]
    [InlineData(32, true, 5)]
    public void Every_part_of_the_emulated_cpu_changes_the_key(int bits, bool bigEndian, int machine) =>
        Assert.NotEqual(KeyOf(Original), KeyOf(Original with { Emulated = new Emulation("qemu-m68k", new ElfIdentity(bits, bigEndian, machine), "m68040") }));

    [Fact]
    public void Where_the_emulator_lies_in_its_tree_changes_no_key() =>
        Assert.Equal(KeyOf(Original), KeyOf(Original with { Emulated = Original.Emulated! with { Program = "/opt/qemu" } }));

    /// <summary>One other value for each property of a machine that its programs can see; a property that is added has to be added here.</summary>
    private static readonly Dictionary<string, Func<VirtualMachine, VirtualMachine>> MachineVariations = new()
    {
        [nameof(VirtualMachine.Program)] = machine => machine with { Program = "qemu-system-other" },
        [nameof(VirtualMachine.Machine)] = machine => machine with { Machine = "q800" },
        [nameof(VirtualMachine.Cpu)] = machine => machine with { Cpu = null },
        [nameof(VirtualMachine.Memory)] = machine => machine with { Memory = 64 },
        [nameof(VirtualMachine.Terminal)] = machine => machine with { Terminal = "ttyS0" },
        [nameof(VirtualMachine.Disk)] = machine => machine with { Disk = "scsi-hd" },
        [nameof(VirtualMachine.KernelArguments)] = machine => machine with { KernelArguments = ["quiet"] },
        [nameof(VirtualMachine.Firmware)] = machine => machine with { Firmware = new Firmware("usr/lib/u-boot.bin", "bios") },
        [nameof(VirtualMachine.Serial)] = machine => machine with { Serial = 2 },
        [nameof(VirtualMachine.DeviceTree)] = machine => machine with { DeviceTree = "toy.dtb" },
        [nameof(VirtualMachine.Arguments)] = machine => machine with { Arguments = ["-usb"] },
    };

    public static TheoryData<string> MachineProperties() =>
    [
        .. typeof(VirtualMachine).GetProperties().Where(property => property.CanWrite).Select(property => property.Name)
            // What only a user at the terminal gets.
            .Except([nameof(VirtualMachine.Network), nameof(VirtualMachine.Places)]),
    ];

    [Theory]
    [MemberData(nameof(MachineProperties))]
    public void Every_property_of_the_booted_machine_changes_the_key(string name)
    {
        var booted = Original with { Booted = Samples.VirtualMachine };
        Assert.NotEqual(KeyOf(booted), KeyOf(booted with { Booted = MachineVariations[name](Samples.VirtualMachine) }));
    }

    [Fact]
    public void The_content_of_an_input_changes_the_key() =>
        Assert.NotEqual(KeyOf(Original), KeyDocument.Of(Original, _ => Digest.Of("other content"), ContinuedKey).Key);

    [Fact]
    public void The_key_of_the_step_that_is_continued_changes_the_key() =>
        Assert.NotEqual(KeyOf(Original), KeyDocument.Of(Original, Content, Digest.Of("other key")).Key);

    [Fact]
    public void Where_a_file_lies_on_the_host_does_not_change_the_key()
    {
        var moved = Original with { Files = [Original.Files[0] with { Path = "/elsewhere" }] };
        Assert.Equal(KeyOf(Original), KeyOf(moved));
    }

    [Fact]
    public void The_key_of_a_given_step_never_changes_by_accident() =>
        Assert.Equal("50915a6387c933aea47d1ef43cb25a6ab9e39baded029bf04fdf4b2c8c800d45", KeyOf(Original).Hex);

    [Fact]
    public void What_differs_between_two_keys_is_named_with_both_values()
    {
        var changed = Original with { Environment = Original.Environment.SetItem("CFLAGS", "-O1").Add("DEBUG", "1"), Script = "make\ntrue\n" };
        var differences = KeyDifference.Between(Document(Original).Text, Document(changed).Text);
        Assert.Equal(
            [
                new KeyDifference("environment CFLAGS", "-O2", "-O1"),
                new KeyDifference("script", "make\n", "make\ntrue\n"),
                new KeyDifference("environment DEBUG", null, "1"),
            ],
            differences);
    }

    [Fact]
    public void Files_that_may_lend_rights_are_part_of_what_changed() => Assert.Equal(
        [new KeyDifference("set-id usr/bin/su", null, "listed")],
        KeyDifference.Between(Document(Original).Text, Document(Original with { SetId = ["usr/bin/su"] }).Text));

    private static readonly Digest ContinuedKey = Digest.Of("continued");

    private static Digest Content(StepId step) => Digest.Of(step.ToString());

    private static KeyDocument Document(Step step) => KeyDocument.Of(step, Content, step.Continues is null ? null : ContinuedKey);

    private static Digest KeyOf(Step step) => Document(step).Key;
}
