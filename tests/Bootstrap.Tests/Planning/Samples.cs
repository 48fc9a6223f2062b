using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Planning;

/// <summary>Small definitions and steps that tests vary.</summary>
internal static class Samples
{
    public static readonly Location Somewhere = new("sample.yaml", 1, 1);

    public static Resolution Resolution => new(
        Digest.Of("host tools"), ImmutableSortedDictionary<string, PinnedSource>.Empty.Add(Zlib.Title, new PinnedSource(Zlib, SourceVariant.Upstream)))
    {
        Emulators = ImmutableDictionary<EmulatorNeed, EmulatorTree>.Empty
            .Add(new EmulatorNeed("qemu-cpu"), new EmulatorTree(Digest.Of("qemu-cpu"), "usr/bin/qemu-cpu", null))
            .Add(VirtualMachine.Need, new EmulatorTree(Digest.Of("qemu-system-m68k"), "usr/bin/qemu-system-m68k", null)),
    };

    public static Step Step(string name = "compile") => new()
    {
        Id = new StepId("m68k", name),
        Summary = "Compile it",
        RunsOn = Machine.Host,
        Script = "make\n",
        Environment = ImmutableSortedDictionary<string, string>.Empty.Add("CFLAGS", "-O2"),
        Inputs = [new StepInput(new StepId("m68k", "headers"), "/")],
        Files = [new StepFile("/in/archive", Digest.Of("archive"), null)],
        RecipeFiles = Digest.Of("files"),
        RecipeFilesPath = "/recipes/compile",
        Continues = new StepId("m68k", "configure"),
        Emulator = Digest.Of("qemu-m68k"),
        Emulated = new Emulation("qemu-m68k", new ElfIdentity(32, true, 4), "m68040"),
        Booted = null,
        HostTools = Digest.Of("host tools"),
        Fetch = null,
        ContinuedBy = [],
    };

    public static VirtualMachine VirtualMachine => new()
    {
        Program = "qemu-system-m68k",
        Machine = "virt",
        Cpu = "m68040",
        Memory = 512,
        Terminal = "ttyGF0",
        Disk = "virtio-blk-device",
        Network = "virtio-net-device",
        KernelArguments = ["console=ttyGF0", "root=/dev/vda2"],
        Firmware = null,
    };

    public static Target Target(string name, params (string Name, string Value)[] variables) => new()
    {
        Name = name,
        Description = name,
        Triplet = $"{name}-linux-gnu",
        Emulator = "cpu",
        Goals = ["all"],
        Variables = variables.ToImmutableSortedDictionary(variable => variable.Name, variable => variable.Value),
        Patches = ImmutableSortedDictionary<string, ImmutableArray<Patch>>.Empty,
        Replacements = ImmutableSortedDictionary<string, Replacement>.Empty,
        Container = new ContainerPlatform(name, null),
        Location = Somewhere,
    };

    public static Recipe Recipe(string name, params string[] needs) => new()
    {
        Name = name,
        Summary = name,
        Stage = "cross",
        RunsOn = Machine.Host,
        Needs = [.. needs.Select(need => new Need(need, "/", Somewhere))],
        Sources = [],
        Tools = ImmutableSortedDictionary<string, string>.Empty,
        Environment = ImmutableSortedDictionary<string, LocatedText>.Empty,
        Variables = ImmutableSortedDictionary<string, Variable>.Empty,
        Continues = null,
        Files = null,
        Commands = "make\n",
        Location = Somewhere,
    };

    public static Recipe With(this Recipe recipe, string variable, string value) =>
        recipe with { Environment = recipe.Environment.Add(variable, new LocatedText(value, Somewhere)) };

    /// <summary>A recipe that declares variables of any words.</summary>
    public static Recipe Declaring(this Recipe recipe, params (string Name, string? Default)[] variables) =>
        recipe with { Variables = recipe.Variables.AddRange(variables.Select(each => KeyValuePair.Create(each.Name, Variable(each.Name, each.Default)))) };

    public static Variable Variable(string name, string? preset) => new()
    {
        Name = name,
        Type = VariableType.Words,
        Expected = "words",
        Default = preset is null ? null : Setting.Of([new LocatedText(preset, Somewhere)], isList: false, Somewhere),
        Meaning = "For a test.",
        Recipe = "sample",
        Location = Somewhere,
    };

    public static DefinitionSet Definitions(IEnumerable<Target> targets, params Recipe[] recipes) => new()
    {
        Targets = targets.ToImmutableSortedDictionary(target => target.Name, target => target),
        Recipes = recipes.Append(Recipe(WellKnownSteps.UnpackSource)).ToImmutableSortedDictionary(recipe => recipe.Name, recipe => recipe),
        Sources = ImmutableSortedDictionary<string, ImmutableArray<Source>>.Empty.Add("zlib", [Zlib]),
        Emulators = ImmutableSortedDictionary<string, Emulator>.Empty.Add("cpu", new Emulator
        {
            Name = "cpu",
            UserProgram = "qemu-cpu",
            Cpu = "v2",
            Trial = null,
            Elf = new ElfIdentity(32, true, 4),
            System = null,
            Location = Somewhere,
        }),
        HostTools = ImmutableSortedDictionary<string, HostToolsDefinition>.Empty,
    };

    public static readonly Source Zlib = new()
    {
        Name = "zlib",
        Version = "1.0",
        Licence = "Zlib",
        Upstream = new UpstreamTarball([new Uri("https://example.org/zlib.tar.gz")], Digest.Of("zlib")),
        Debian = null,
        Patches = [],
        Location = Somewhere,
    };
}
