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
    private const string Tar = "tar";

    private static readonly (string Step, ToolchainKind Kind)[] Toolchains =
        [("native-sysroot", ToolchainKind.Native), ("cross-toolchain", ToolchainKind.Cross)];

    public static Command Create(GlobalOptions options)
    {
        var target = CommonArguments.Target();
        var to = new Option<string>("--to") { Description = "The form of the publication", HelpName = "tar|raw|qcow2", Required = true };
        to.AcceptOnlyFromAmong(Tar, ImagePublisher.Raw, ImagePublisher.Qcow2);
        var directory = new Argument<string>("directory") { Description = "Where it is written; made if it is not there", HelpName = "DIR" };
        var version = new Option<string?>("--as-version")
        {
            Description = "The version that the files' names bear [default: GCC's]",
            HelpName = "VERSION",
        };
        var command = new Command("publish", """
            Write a target's native and cross toolchains, which have to be built, as tarballs with checksums and a manifest; or, in the forms raw and
            qcow2, its disk image and the kernel beside it. The same toolchain gives the same bytes.

            Example:
              bootstrap publish m68k --to tar out
              bootstrap publish m68k --to qcow2 out
            """)
        { target, to, directory, version };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var workspace = new Workspace(options, parsed);
            var name = parsed.GetValue(target)!;
            var form = parsed.GetValue(to)!;
            var planned = await workspace.PlanAsync([name], form == Tar ? null : BootCommand.ImageStep, cancellation);
            var built = KeyWalk.Of(planned.Plan, workspace.Store);
            var facts = new PublicationFacts(workspace.Definitions, planned, built);
            foreach (var (stepName, kind) in form == Tar ? Toolchains : [(BootCommand.ImageStep, ToolchainKind.Image)])
            {
                var step = planned.Step(name, stepName);
                var artifact = built[step.Id] is WouldBeCached cached ? cached.Artifact : throw new BuildException(
                    $"'{name}' is not built: the store has no artifact for its step {stepName}.", $"Build it first: bootstrap build {name}");
                var said = facts.Of(name, step, artifact, kind, parsed.GetValue(version));
                var files = await WriteAsync(workspace, artifact, said, form, parsed.GetValue(directory)!, cancellation);
                foreach (var file in files)
                {
                    Console.WriteLine($"{file.Path}  {Quantity.Bytes(file.Bytes)}");
                }
            }
        });
        return command;
    }

    private static Task<ImmutableArray<PublishedFile>> WriteAsync(
        Workspace workspace, Artifact artifact, ToolchainManifest facts, string form, string directory, CancellationToken cancellation) =>
        form == Tar
            ? new TarPublisher(workspace.Processes).PublishAsync(
                artifact.Tree, workspace.Store.ReadManifest(artifact.Content), facts, directory, cancellation)
            : new ImagePublisher(workspace.Processes).PublishAsync(artifact.Tree, facts, form, directory, cancellation);
}
