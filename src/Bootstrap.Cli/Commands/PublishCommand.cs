using System.Collections.Immutable;
using System.CommandLine;
using Bootstrap.Cli.Rendering;
using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Publishing;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap publish</c>: writes a target's toolchains from the store, and never builds.</summary>
internal static class PublishCommand
{
    private static readonly (string Step, ToolchainKind Kind)[] Toolchains =
        [("native-sysroot", ToolchainKind.Native), ("cross-toolchain", ToolchainKind.Cross)];

    public static Command Create(GlobalOptions options)
    {
        var target = CommonArguments.Target();
        var to = new Option<string>("--to") { Description = "The form of the publication", HelpName = "tar", Required = true };
        to.AcceptOnlyFromAmong("tar");
        var directory = new Argument<string>("directory") { Description = "Where it is written; made if it is not there", HelpName = "DIR" };
        var version = new Option<string?>("--as-version")
        {
            Description = "The version that the files' names bear [default: GCC's]",
            HelpName = "VERSION",
        };
        var command = new Command("publish", """
            Write a target's native and cross toolchains, which have to be built, as tarballs with checksums and a manifest. The same toolchain gives the same bytes.

            Example:
              bootstrap publish m68k --to tar out
            """)
        { target, to, directory, version };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var workspace = new Workspace(options, parsed);
            var name = parsed.GetValue(target)!;
            var planned = await workspace.PlanAsync([name], null, cancellation);
            var built = KeyWalk.Of(planned.Plan, workspace.Store);
            var publisher = new TarPublisher(workspace.Processes);
            foreach (var (stepName, kind) in Toolchains)
            {
                var step = planned.Step(name, stepName);
                var artifact = built[step.Id] is WouldBeCached cached ? cached.Artifact : throw new BuildException(
                    $"'{name}' is not built: the store has no artifact for its step {stepName}.", $"Build it first: bootstrap build {name}");
                var facts = new Facts(workspace.Definitions, planned, built).Of(name, step, artifact, kind, parsed.GetValue(version));
                var manifest = workspace.Store.ReadManifest(artifact.Content);
                var files = await publisher.PublishAsync(artifact.Tree, manifest, facts, parsed.GetValue(directory)!, cancellation);
                foreach (var file in files)
                {
                    Console.WriteLine($"{file.Path}  {Quantity.Bytes(file.Bytes)}");
                }
            }
        });
        return command;
    }

    /// <summary>Gathers what is said about a published toolchain.</summary>
    private sealed class Facts(DefinitionSet definitions, PlannedTargets planned, IReadOnlyDictionary<StepId, Forecast> built)
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
}
