using System.Collections.Immutable;
using Bootstrap.Cli.Rendering;
using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Publishing;
using Bootstrap.Publishing.BuildStream;
using Bootstrap.Publishing.Oci;
using Bootstrap.Publishing.Ostree;

namespace Bootstrap.Cli.Commands;

/// <summary>A form that targets are published in.</summary>
internal sealed record PublicationForm(
    string Name,
    ImmutableArray<(string Step, ToolchainKind Kind)> Steps,
    Func<PublicationRequest, CancellationToken, Task<IEnumerable<string>>> WriteAsync)
{
    /// <summary>The step that has to be planned up to; null for the targets' goals.</summary>
    public string? To => Steps is [var only] ? only.Step : null;
}

/// <summary>What is to be published, and where.</summary>
internal sealed record PublicationRequest(
    Workspace Workspace, HostToolsSysroot HostTools, ImmutableArray<(PublishedTree Tree, Target Target)> Trees, string Place, string? Repository, Signer? Signer);

/// <summary>All forms that targets are published in.</summary>
internal static class PublicationForms
{
    /// <summary>A BuildStream project.</summary>
    public const string BuildStream = "buildstream";

    private static readonly (string Step, ToolchainKind Kind) Native = (WellKnownSteps.NativeSysroot, ToolchainKind.Native);
    private static readonly (string Step, ToolchainKind Kind) Cross = (WellKnownSteps.CrossToolchain, ToolchainKind.Cross);
    private static readonly (string Step, ToolchainKind Kind) DiskImage = (WellKnownSteps.Image, ToolchainKind.Image);

    public static ImmutableArray<PublicationForm> All { get; } =
    [
        new("tar", [Native, Cross], (request, cancel) => EachAsync(request, tree =>
            new TarPublisher(request.Workspace.Processes).PublishAsync(tree, request.Place, request.Signer, cancel))),
        Image(ImagePublisher.Raw),
        Image(ImagePublisher.Qcow2),
        new("ostree", [Native, Cross], OstreeAsync),
        new("oci", [Native], async (request, cancel) => Lines(
            await new OciPublisher(request.Workspace.Processes).PublishAsync(Containers(request), request.Place, request.Signer, cancel))),
        new("oci-archive", [Native], async (request, cancel) => Lines(
            await new OciPublisher(request.Workspace.Processes).PublishArchiveAsync(Containers(request), request.Place, request.Signer, cancel))),
        new(BuildStream, [Native], BuildStreamAsync),
    ];

    private static PublicationForm Image(string name) => new(name, [DiskImage], (request, cancel) => EachAsync(request, tree =>
        new ImagePublisher(request.Workspace.Processes).PublishAsync(tree, name, request.Place, request.Signer, cancel)));

    private static async Task<IEnumerable<string>> EachAsync(PublicationRequest request, Func<PublishedTree, Task<ImmutableArray<PublishedFile>>> publish)
    {
        var lines = new List<string>();
        foreach (var (tree, _) in request.Trees)
            lines.AddRange(Lines(await publish(tree)));
        return lines;
    }

    private static async Task<IEnumerable<string>> OstreeAsync(PublicationRequest request, CancellationToken cancel)
    {
        var lines = new List<string>();
        foreach (var (tree, _) in request.Trees)
        {
            var commit = await new OstreePublisher(request.Workspace.Processes).PublishAsync(tree, request.Place, request.Signer, cancel);
            lines.Add($"{commit.Branch}  {commit.Commit}{(commit.IsNew ? "" : "  unchanged")}");
        }

        return lines;
    }

    private static async Task<IEnumerable<string>> BuildStreamAsync(PublicationRequest request, CancellationToken cancel)
    {
        var tools = request.HostTools;
        var sysroot = new PublishedSysroot(HostToolsCommand.NameOf(tools), tools.Tree, request.Workspace.Store.Steps.ReadManifest(tools.Content));
        var publisher = new BuildStreamPublisher(request.Workspace.Processes);
        return Lines(await publisher.PublishAsync([.. request.Trees.Select(each => each.Tree)], sysroot, request.Place, request.Repository, request.Signer, cancel));
    }

    private static ImmutableArray<(PublishedTree Tree, ContainerPlatform Platform)> Containers(PublicationRequest request) =>
        [.. request.Trees.Select(each => (each.Tree, each.Target.Container))];

    private static IEnumerable<string> Lines(IEnumerable<PublishedFile> files) => files.Select(file => $"{file.Path}  {Quantity.Bytes(file.Bytes)}");
}
