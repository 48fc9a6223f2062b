using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Exporting;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Publishing;
using Bootstrap.Tests.Planning;

namespace Bootstrap.Tests.Exporting;

/// <summary>Steps and plans that are exported in tests.</summary>
internal static class ExportSamples
{
    /// <summary>A step on the host of the target m68k that needs others at <c>/</c>.</summary>
    public static Step Step(string name, params string[] needs) => Samples.Step(name) with
    {
        Summary = $"The step {name}",
        Environment = ProjectDocument.Environment,
        Inputs = [.. needs.Select(need => new StepInput(Id(need), "/"))],
        Files = [],
        RecipeFiles = null,
        RecipeFilesPath = null,
        Continues = null,
        Emulator = null,
        Emulated = null,
    };

    public static Step At(this Step step, string at, params string[] needs) =>
        step with { Inputs = [.. step.Inputs, .. needs.Select(need => new StepInput(Id(need), at))] };

    public static Step Continuing(this Step step, string producer) => step with { Continues = Id(producer) };

    public static Step OnTarget(this Step step) => step with
    {
        RunsOn = Machine.Target,
        HostTools = null,
        Emulator = Digest.Of("qemu-m68k"),
        Emulated = new Emulation("usr/bin/qemu-m68k-static", new ElfIdentity(32, true, 4), "m68040"),
    };

    public static Step Booting(this Step step) =>
        step with { RunsOn = Machine.System, HostTools = null, Booted = Samples.VirtualMachine };

    /// <summary>A compiler that is built in the tree that its libraries are built in later, once the C library is there, whose tree is like that too.</summary>
    public static Plan Toolchain => new(
    [
        Step("headers"),
        Step("gcc", "headers"),
        Step("libc-start", "gcc", "headers"),
        Step("libgcc", "gcc", "headers", "libc-start").Continuing("gcc"),
        Step("other", "headers"),
        Step("libc", "gcc", "headers", "libgcc").Continuing("libc-start"),
        Step("libstdc++", "gcc", "headers", "libc").Continuing("gcc"),
        Step("program", "gcc", "libc", "libstdc++"),
    ]);

    /// <summary>The step that unpacks a source.</summary>
    public static Step Unpack(SourceVariant variant, params string[] urls)
    {
        var source = Samples.Zlib with
        {
            Upstream = new UpstreamTarball([.. urls.Select(url => new Uri(url))], Digest.Of("zlib")),
            Debian = new DebianTarball
            {
                Package = "zlib",
                Suite = "trixie",
                File = "zlib_1.0.orig.tar.xz",
                Sha256 = Digest.Of("Debian's zlib"),
                Patches = [],
            },
        };
        return Step("source-zlib") with
        {
            Id = new StepId(null, "source-zlib"),
            Fetch = new PinnedSource(source, variant),
            Files = [new StepFile("/in/archive", source.Archive(variant)!.Value, null), new StepFile("/in/patches/0000-mend.patch", Digest.Of("mend"), "/patches/mend.patch")],
        };
    }

    public static PlanProject Project(params Step[] steps) => PlanProject.Of(new Plan(steps), new PublishedFile("host-tools.tar.gz", 0, Digest.Of("packed")));

    public static string Element(this PlanProject project, string path) =>
        project.ElementList.Single(element => element.Path == path).ToString();

    private static StepId Id(string name) => new("m68k", name);
}
