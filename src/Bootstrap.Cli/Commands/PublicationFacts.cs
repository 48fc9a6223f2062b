using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Publishing;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.Cli.Commands;

/// <summary>Gathers what is said about a published toolchain.</summary>
internal sealed class PublicationFacts(DefinitionSet definitions, PlannedTargets planned, IReadOnlyDictionary<StepId, Forecast> built)
{
    public ToolchainManifest Of(string target, Step step, Artifact artifact, ToolchainKind kind, string? version)
    {
        var steps = planned.Plan.Closure(step).ToList();
        var sources = steps.Select(used => used.Fetch).OfType<PinnedSource>().OrderBy(used => used.Source.Name, StringComparer.Ordinal);
        var packages = string.Concat(planned.HostTools.Packages.Select(package => $"{package.Name} {package.Version} {package.Sha256}\n"));
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
            HostTools = new PublishedHostTools(planned.HostTools.Provider, planned.HostTools.Content, Digest.Of(packages)),
            Steps = steps.ToImmutableSortedDictionary(used => used.Id.Name, used => ((WouldBeCached)built[used.Id]).Artifact.Key, StringComparer.Ordinal),
        };
    }

    private string Compiler(string target) =>
        definitions.Targets[target].Replacements.GetValueOrDefault("gcc")?.Version ?? definitions.Sources["gcc"].Version;

    private static PublishedSource Published(PinnedSource used) => new(
        used.Source.Name,
        used.Source.Version,
        SourceFetcher.DigestOf(used.Source, used.Variant),
        used.Source.Upstream.Urls.FirstOrDefault()?.ToString() ?? "",
        used.Source.Licence);
}
