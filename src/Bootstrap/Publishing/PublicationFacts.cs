using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Publishing;

/// <summary>Finds what is to be published in the store, and gathers what is said about it.</summary>
public sealed class PublicationFacts(
    DefinitionSet definitions, Plan plan, HostToolsSysroot hostTools, ImmutableArray<HostToolsSysroot> besides, ArtifactStore store, IReadOnlyDictionary<StepId, Artifact> built)
{
    /// <exception cref="BuildException">It is not built.</exception>
    /// <exception cref="DefinitionException">The target has no such step, or nothing says what version this is.</exception>
    public PublishedTree Of(string target, PublishedStep published, string? version)
    {
        var step = plan.Find(target, published.Name) ?? throw new DefinitionException(
            $"Target '{target}' has no step '{published.Name}', which is what this form publishes.", "Publish it in another form: 'bootstrap publish --help' lists them.");
        var artifact = built.GetValueOrDefault(step.Id) ?? throw new BuildException(
            $"'{target}' is not built: the store has no artifact for its step {published.Name}.", $"'bootstrap build {target}' builds it.");
        var steps = plan.Closure(step).ToList();
        var own = besides.Where(tools => steps.Any(used => used.HostTools == tools.Artifact.Content)).SelectMany(tools => tools.Packages);
        var facts = new ToolchainManifest(
            Target: target,
            Triplet: definitions.Targets[target].Triplet,
            Kind: published.Kind,
            Version: version ?? Compiler(target),
            Content: artifact.Content,
            Bytes: artifact.Bytes,
            Files: artifact.Files,
            Sources: [.. steps.Where(used => used.Fetch is not null).OrderBy(used => used.Fetch!.Source.Name, StringComparer.Ordinal).Select(Published)],
            HostTools: new PublishedHostTools(hostTools.Kind.Name, hostTools.Artifact.Content, [.. hostTools.Packages.Union(own)]),
            Variables: definitions.ValuesFor(definitions.Targets[target]),
            Steps: steps.ToImmutableSortedDictionary(used => used.Id.Name, used => built[used.Id].Key, StringComparer.Ordinal))
        {
            OwnFiles = [.. steps.SelectMany(used => used.TargetFiles).Select(file => new NamedFile(Path.GetRelativePath(SandboxPaths.TargetFiles, file.At), file.Digest)).Distinct()],
        };
        return new PublishedTree(artifact.Tree, store.Steps.ReadManifest(artifact.Content).WithSetId(step.SetId), facts, definitions.Targets[target].Container);
    }

    private string Compiler(string target) =>
        definitions.Targets[target].Replacements.GetValueOrDefault(WellKnownSteps.CompilerSource)?.Version
        ?? definitions.Source(WellKnownSteps.CompilerSource, definitions.Targets[target])?.Version
        ?? throw new DefinitionException(
            $"There is no source '{WellKnownSteps.CompilerSource}', whose version a publication has by default.", "Name one with --as-version VERSION.");

    private static PublishedSource Published(Step unpacking)
    {
        var (source, variant) = unpacking.Fetch!;
        return new PublishedSource(
            source.Name,
            source.Version,
            unpacking.Fetch.Archive,
            source.Upstream.Urls.FirstOrDefault() is { } url ? NetworkEnvironment.WithoutLogin(url) : "",
            variant == SourceVariant.Debian ? source.Debian!.Package : null,
            source.Licence,
            [.. unpacking.Patches.Select(patch => new NamedFile(Path.GetFileName(patch.At), patch.Digest))]);
    }
}
