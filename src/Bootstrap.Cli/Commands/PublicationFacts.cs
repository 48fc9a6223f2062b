using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Publishing;
using Bootstrap.Store;

namespace Bootstrap.Cli.Commands;

/// <summary>Gathers what is said about a published toolchain.</summary>
internal sealed class PublicationFacts(DefinitionSet definitions, PlannedTargets planned, IReadOnlyDictionary<StepId, Forecast> built)
{
    public ToolchainManifest Of(string target, Step step, Artifact artifact, ToolchainKind kind, string? version)
    {
        var steps = planned.Plan.Closure(step).ToList();
        var sources = steps.Where(used => used.Fetch is not null).OrderBy(used => used.Fetch!.Source.Name, StringComparer.Ordinal);
        var tools = planned.HostTools;
        return new ToolchainManifest
        {
            Target = target,
            Triplet = definitions.Targets[target].Triplet,
            Kind = kind,
            Version = version ?? Compiler(target),
            Content = artifact.Content,
            Bytes = artifact.Bytes,
            Files = artifact.Files,
            Sources = [.. sources.Select(Published)],
            HostTools = new PublishedHostTools(
                tools.Provider, tools.Content, [.. tools.Packages.Select(package => new PublishedPackage(package.Name, package.Version, package.Sha256))]),
            Steps = steps.ToImmutableSortedDictionary(used => used.Id.Name, used => ((WouldBeCached)built[used.Id]).Artifact.Key, StringComparer.Ordinal),
        };
    }

    private string Compiler(string target) =>
        definitions.Targets[target].Replacements.GetValueOrDefault(WellKnownSteps.CompilerSource)?.Version
        ?? definitions.Sources.GetValueOrDefault(WellKnownSteps.CompilerSource)?.Version
        ?? throw new DefinitionException($"There is no source '{WellKnownSteps.CompilerSource}', whose version a publication has by default.", "Name one with --as-version VERSION.");

    private static PublishedSource Published(Step unpacking)
    {
        var (source, variant) = unpacking.Fetch!;
        return new PublishedSource(
            source.Name,
            source.Version,
            unpacking.Fetch!.Archive,
            source.Upstream.Urls.FirstOrDefault()?.ToString() ?? "",
            variant == SourceVariant.Debian ? source.Debian!.Package : null,
            source.Licence,
            [.. SourceSteps.PatchesOf(unpacking).Select(patch => new PublishedPatch(Path.GetFileName(patch.At), patch.Digest))]);
    }
}
