using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Tests.Planning;

namespace Bootstrap.Tests.Exporting;

/// <summary>What is added to recipes or steps has to reach the exported project, or has to be listed here with the reason why it need not.</summary>
public sealed class ExportedPropertiesTests
{
    private static readonly Step Tool = ExportSamples.Step("tool");

    private static readonly Step Compiling = ExportSamples.Step("subject", "tool") with
    {
        RecipeFiles = Digest.Of("files"),
        RecipeFilesPath = "/recipes/compose",
        Emulated = new Emulation("qemu-m68k", new ElfIdentity(32, true, 4), "m68040"),
    };

    private static readonly Step Unpacking = ExportSamples.Unpack(SourceVariant.Upstream, "https://one.example/a/zlib-1.tar.xz");

    private static readonly Dictionary<string, string> NotExported = new()
    {
        [nameof(Step.Emulator)] = "the machine that builds has its own, which its binfmt_misc calls",
        [nameof(Step.EmulatorStep)] = "the machine that builds has its own, which its binfmt_misc calls",
        [nameof(Step.SetId)] = "says which files may have bits that BuildStream keeps of no file",
        [nameof(Step.CheckedBy)] = "makes a run wait for the check; there a step that lacks a tool fails by itself",
        [nameof(Step.Silence)] = "BuildStream ends nothing that is silent",
        [nameof(Step.ContinuedBy)] = "says how long a build tree is kept; which steps share one follows from what they continue",
    };

    /// <summary>A step and the same with another value, for each property; a property that is added has to be added here.</summary>
    private static readonly Dictionary<string, (Step Step, Step Varied)> Variations = new()
    {
        [nameof(Step.Id)] = (Compiling, Compiling with { Id = new StepId("m68k", "other") }),
        [nameof(Step.Summary)] = (Compiling, Compiling with { Summary = "Another" }),
        [nameof(Step.RunsOn)] = (Compiling, Compiling with { RunsOn = Machine.Target }),
        [nameof(Step.Script)] = (Compiling, Compiling with { Script = "make all\n" }),
        [nameof(Step.Environment)] = (Compiling, Compiling with { Environment = Compiling.Environment.SetItem("CFLAGS", "-O1") }),
        [nameof(Step.Inputs)] = (Compiling, Compiling with { Inputs = [Compiling.Inputs[0] with { At = "/opt" }] }),
        [nameof(Step.Files)] = (Unpacking, Unpacking with { Files = [Unpacking.Files[0], Unpacking.Files[1] with { Digest = Digest.Of("other") }] }),
        [nameof(Step.RecipeFiles)] = (Compiling, Compiling with { RecipeFiles = null, RecipeFilesPath = null }),
        [nameof(Step.RecipeFilesPath)] = (Compiling, Compiling with { RecipeFilesPath = "/recipes/other" }),
        [nameof(Step.TargetFiles)] = (Compiling, Compiling with { TargetFiles = [new StepFile("/files/of-target/a", Digest.Of("a"), "/a")] }),
        [nameof(Step.Continues)] = (Compiling, Compiling with { Continues = Tool.Id }),
        [nameof(Step.Emulator)] = (Compiling, Compiling with { Emulator = Digest.Of("other") }),
        [nameof(Step.EmulatorStep)] = (Compiling, Compiling with { EmulatorStep = Tool.Id }),
        [nameof(Step.Emulated)] = (Compiling, Compiling with { Emulated = Compiling.Emulated! with { Cpu = "m68020" } }),
        [nameof(Step.Booted)] = (Compiling, Compiling with { Booted = Samples.VirtualMachine }),
        [nameof(Step.HostTools)] = (Compiling, Compiling with { HostTools = Digest.Of("other") }),
        [nameof(Step.SetId)] = (Compiling, Compiling with { SetId = ["bin/su"] }),
        [nameof(Step.Fetch)] = (Unpacking, ExportSamples.Unpack(SourceVariant.Upstream, "https://two.example/zlib-1.tar.xz")),
        [nameof(Step.CheckedBy)] = (Compiling, Compiling with { CheckedBy = Tool.Id }),
        [nameof(Step.Silence)] = (Compiling, Compiling with { Silence = TimeSpan.FromHours(1) }),
        [nameof(Step.ContinuedBy)] = (Compiling, Compiling with { ContinuedBy = [Tool.Id] }),
    };

    private static readonly Dictionary<string, string> NotExportedOfRecipes = new()
    {
        [nameof(Recipe.Stage)] = "puts steps in order on the screen",
        [nameof(Recipe.Accelerate)] = "is said by what an accelerated recipe needs",
        [nameof(Recipe.Silence)] = "BuildStream ends nothing that is silent",
        [nameof(Recipe.Packages)] = "are in host tools of the step's own, for which it is left out",
        [nameof(Recipe.Versions)] = "refuses what is planned; the project has the versions that were not refused",
        [nameof(Recipe.SetId)] = "says which files may have bits that BuildStream keeps of no file",
        [nameof(Recipe.Location)] = "is for messages about the file",
    };

    private static readonly Recipe Subject = Samples.Recipe("subject", "tool") with
    {
        Sources = ["zlib"],
        Environment = Samples.Recipe("subject").With("FLAGS", "${flags} ${tools}").Environment,
        Variables = Samples.Recipe("subject").Declaring(("flags", "-O2")).Variables,
    };

    /// <summary>The recipe with another value, for each property that is written in it; one that is added has to be added here.</summary>
    private static readonly Dictionary<string, Recipe> RecipeVariations = new()
    {
        [nameof(Recipe.Name)] = Subject with { Name = "other" },
        [nameof(Recipe.Summary)] = Subject with { Summary = "Another" },
        [nameof(Recipe.Stage)] = Subject with { Stage = "native" },
        [nameof(Recipe.RunsOn)] = Subject with { RunsOn = Machine.Target },
        [nameof(Recipe.Needs)] = Subject with { Needs = [Subject.Needs[0] with { At = "/opt" }] },
        [nameof(Recipe.Sources)] = Subject with { Sources = [] },
        [nameof(Recipe.Tools)] = Subject with { Tools = Subject.Tools.Add("make", "4.4") },
        [nameof(Recipe.Environment)] = Subject.With("CFLAGS", "-O1"),
        [nameof(Recipe.Variables)] = Subject with { Variables = Samples.Recipe("subject").Declaring(("flags", "-O1")).Variables },
        [nameof(Recipe.Continues)] = Subject with { Continues = new LocatedText("tool", Samples.Somewhere) },
        [nameof(Recipe.Files)] = Subject with { Files = new RecipeFiles("/recipes/subject", Digest.Of("files")) },
        [nameof(Recipe.Packages)] = Subject with { Packages = Subject.Packages.Add("debian", ["meson"]) },
        [nameof(Recipe.Versions)] = Subject with { Versions = [new VersionWindow("zlib", "< 2", null, Samples.Somewhere)] },
        [nameof(Recipe.SetId)] = Subject with { SetId = ["bin/su"] },
        [nameof(Recipe.Commands)] = Subject with { Commands = "make all\n" },
        [nameof(Recipe.Accelerate)] = Subject with { Accelerate = true },
        [nameof(Recipe.Silence)] = Subject with { Silence = TimeSpan.FromHours(1) },
        [nameof(Recipe.Location)] = Subject with { Location = new Location("other.yaml", 2, 2) },
    };

    public static TheoryData<string> Properties() => Written(typeof(Step));

    public static TheoryData<string> RecipeProperties() => Written(typeof(Recipe));

    [Theory]
    [MemberData(nameof(Properties))]
    public void Every_property_of_a_step_changes_the_project_unless_it_is_said_why_not(string name)
    {
        var (step, varied) = Variations[name];

        Assert.NotEqual(step, varied);
        Assert.Equal(!NotExported.ContainsKey(name), Text(step) != Text(varied));
    }

    [Fact]
    public void Another_emulator_changes_the_project() =>
        Assert.NotEqual(Text(Compiling), Text(Compiling with { Emulated = Compiling.Emulated! with { Program = "qemu-other" } }));

    [Theory]
    [MemberData(nameof(RecipeProperties))]
    public void Every_key_of_a_recipe_changes_the_project_unless_it_is_said_why_not(string name)
    {
        var varied = RecipeVariations[name];

        Assert.NotEqual(Subject, varied);
        Assert.Equal(!NotExportedOfRecipes.ContainsKey(name), Text(Subject) != Text(varied));
    }

    private static TheoryData<string> Written(Type type) => [.. type.GetProperties().Where(property => property.CanWrite).Select(property => property.Name)];

    private static string Text(Recipe recipe)
    {
        var definitions = Samples.Definitions([Samples.Target("m68k")], Samples.Recipe("tool"), recipe);
        return Text(Planner.Plan(definitions, Samples.Resolution, ["m68k"], to: recipe.Name).Steps);
    }

    private static string Text(Step step) => Text([Tool, step]);

    private static string Text(IEnumerable<Step> steps) => string.Join('\n', ExportSamples.Project([.. steps]).FilesFor("/srv"));
}
