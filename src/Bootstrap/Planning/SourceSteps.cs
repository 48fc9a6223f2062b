using System.Collections.Immutable;
using System.Globalization;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Planning;

/// <summary>Makes the step that unpacks and patches one source.</summary>
public static class SourceSteps
{
    /// <summary>What the name of such a step begins with.</summary>
    public const string Prefix = "source-";

    internal static Step Of(PinnedSource pinned, Target target, Recipe unpack, Digest hostTools)
    {
        var (source, variant) = pinned;
        var own = target.Patches.GetValueOrDefault(source.Name, []);
        ImmutableArray<Patch> patches = [.. variant == SourceVariant.Debian ? source.Debian!.Patches : [], .. source.Patches, .. own];
        return new Step
        {
            Id = new StepId(IsTargetsOwn(target, source) ? target.Name : null, Prefix + source.Name),
            Summary = $"{source.Name} {source.Version}, unpacked and patched",
            Stage = "sources",
            RunsOn = Machine.Host,
            Script = ScriptText.WithoutComments(unpack.Commands),
            Environment = StandardEnvironment.For(Machine.Host),
            Inputs = [],
            Files = [new StepFile(SandboxPaths.Archive, pinned.Archive, null), .. patches.Select(PatchFile)],
            RecipeFiles = null,
            RecipeFilesPath = null,
            Continues = null,
            Emulated = null,
            EmulatorProgram = null,
            Booted = null,
            HostTools = hostTools,
            Fetch = pinned,
            ContinuedBy = [],
        };
    }

    /// <summary>The patches that such a step applies, in order.</summary>
    public static IEnumerable<StepFile> PatchesOf(Step step) => step.Files.Where(file => file.At.StartsWith(SandboxPaths.Patches + "/", StringComparison.Ordinal));

    private static bool IsTargetsOwn(Target target, Source source) =>
        target.Replacements.ContainsKey(source.Name) || !target.Patches.GetValueOrDefault(source.Name, []).IsEmpty;

    private static StepFile PatchFile(Patch patch, int index) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{SandboxPaths.Patches}/{index:D4}-{patch.Name}"), patch.Digest, patch.Path);
}
